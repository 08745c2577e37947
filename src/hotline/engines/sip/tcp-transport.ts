// SIP over streams: connections in both directions, framed, limited in number, in unsent bytes and in idleness.
import type { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Flow } from './flow.ts'
import {
  CLOSE_GRACE_MS,
  CONNECT_TIMEOUT_MS,
  CONNECTION_IDLE_MS,
  MAX_CONNECTION_GARBAGE,
  MAX_CONNECTIONS,
  MAX_UNSENT_BYTES,
} from './limits.ts'
import { plainAddress } from './numeric-lookup.ts'
import { createFramer } from './stream-framing.ts'

export interface TcpEvents {
  /** Returns false when the bytes were no SIP message. */
  onMessage(bytes: Buffer, flow: Flow): boolean
  onClosed(connection: number): void
  onError(error: Error): void
}

interface Connection {
  readonly flow: Flow
  readonly socket: Socket
  holds: number
  garbage: number
}

/** `listen` null makes connections only. */
export async function openTcp(listen: { bind: string; port: number } | null, events: TcpEvents): Promise<TcpTransport> {
  const transport = new TcpTransport(events)
  if (listen !== null) await transport.listen(listen.bind, listen.port)
  return transport
}

export class TcpTransport {
  readonly #events: TcpEvents
  readonly #connections = new Map<number, Connection>()
  #server: Server | null = null
  #lastNumber = 0

  constructor(events: TcpEvents) {
    this.#events = events
  }

  async listen(bind: string, port: number): Promise<void> {
    const server = createServer(socket => this.#accept(socket))
    server.listen(port, bind)
    await once(server, 'listening')
    server.on('error', error => this.#events.onError(error))
    this.#server = server
  }

  /** The listening port, 0 when there is none. */
  get port(): number {
    const bound = this.#server?.address()
    return typeof bound === 'object' && bound !== null ? bound.port : 0
  }

  /** Begins a connection; what is sent on it meanwhile waits. */
  connect(address: string, port: number): Flow {
    this.#makeRoom()
    const socket = connect({ host: address, port })
    socket.setTimeout(CONNECT_TIMEOUT_MS)
    socket.on('connect', () => socket.setTimeout(CONNECTION_IDLE_MS))
    return this.#adopt(socket, address, port).flow
  }

  isOpen(connection: number): boolean {
    return this.#connections.has(connection)
  }

  send(bytes: Uint8Array, number: number): void {
    const connection = this.#connections.get(number)
    if (connection === undefined) return
    if (connection.socket.writableLength > MAX_UNSENT_BYTES) this.#drop(connection)
    else connection.socket.write(bytes)
  }

  /** While held (a call runs over it) a connection is not closed for idleness. */
  hold(number: number): void {
    const connection = this.#connections.get(number)
    if (connection !== undefined) connection.holds++
  }

  release(number: number): void {
    const connection = this.#connections.get(number)
    if (connection !== undefined) connection.holds--
  }

  /** What was written is still sent; whoever does not take it in time is cut off. */
  async close(): Promise<void> {
    const server = this.#server
    const closed = server === null ? null : new Promise<void>(resolve => server.close(() => resolve()))
    for (const { socket } of this.#connections.values()) {
      socket.end()
      setTimeout(() => socket.destroy(), CLOSE_GRACE_MS).unref()
    }
    this.#connections.clear()
    await closed
  }

  #accept(socket: Socket): void {
    if (socket.remoteAddress === undefined || !this.#makeRoom()) {
      socket.destroy()
      return
    }
    this.#adopt(socket, plainAddress(socket.remoteAddress), socket.remotePort ?? 0)
    socket.setTimeout(CONNECTION_IDLE_MS)
  }

  #makeRoom(): boolean {
    if (this.#connections.size < MAX_CONNECTIONS) return true
    for (const connection of this.#connections.values()) {
      if (connection.holds > 0) continue
      this.#drop(connection)
      return true
    }
    return false
  }

  #adopt(socket: Socket, address: string, port: number): Connection {
    const flow: Flow = { transport: 'tcp', address, port, connection: ++this.#lastNumber }
    const connection: Connection = { flow, socket, holds: 0, garbage: 0 }
    this.#connections.set(flow.connection, connection)
    const framer = createFramer()
    const take = (bytes: Buffer): void => {
      if (!this.#events.onMessage(bytes, flow)) connection.garbage++
    }
    socket.setNoDelay(true)
    socket.on('data', chunk => {
      const problem = framer.push(chunk, take, () => socket.write('\r\n'))
      if (problem !== null || connection.garbage >= MAX_CONNECTION_GARBAGE) this.#drop(connection)
    })
    socket.on('timeout', () => {
      if (connection.holds === 0 || socket.connecting) this.#drop(connection)
    })
    // The reason does not matter: the far end is gone, and whoever waits on the connection is told.
    socket.on('error', () => this.#drop(connection))
    socket.on('close', () => this.#drop(connection))
    return connection
  }

  #drop(connection: Connection): void {
    connection.socket.destroy()
    if (!this.#connections.delete(connection.flow.connection)) return
    this.#events.onClosed(connection.flow.connection)
  }
}
