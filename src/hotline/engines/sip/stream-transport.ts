// SIP over streams, plain or by TLS: connections in both directions, framed, limited in number, in unsent bytes and in idleness.
import type { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { connect, createServer, isIP, type Server, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer, type Server as TlsServer } from 'node:tls'
import type { Flow } from './flow.ts'
import {
  CLOSE_GRACE_MS,
  CONNECT_TIMEOUT_MS,
  CONNECTION_IDLE_MS,
  MAX_CONNECTION_GARBAGE,
  MAX_CONNECTIONS,
  MAX_UNSENT_BYTES,
  TLS_HANDSHAKE_MS,
} from './limits.ts'
import { plainAddress } from './numeric-lookup.ts'
import { createFramer } from './stream-framing.ts'

/** What a stream is secured by. */
export interface TlsIdentity {
  /** Left out by who only connects. */
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** Who signs the certificates of those we connect to; the system's own authorities when left out. */
  readonly ca?: string | undefined
}

export interface StreamEvents {
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

/** Connections are numbered across the transports of one endpoint. */
export type ConnectionNumbers = () => number

export class StreamTransport {
  readonly #events: StreamEvents
  readonly #tls: TlsIdentity | null
  readonly #nextNumber: ConnectionNumbers
  readonly #connections = new Map<number, Connection>()
  #server: Server | TlsServer | null = null

  /** `tls` null: plain TCP. */
  constructor(tls: TlsIdentity | null, nextNumber: ConnectionNumbers, events: StreamEvents) {
    this.#tls = tls
    this.#nextNumber = nextNumber
    this.#events = events
  }

  async listen(bind: string, port: number): Promise<void> {
    const server = this.#createServer()
    // Those still shaking hands are not counted among the connections.
    server.maxConnections = 2 * MAX_CONNECTIONS
    server.listen(port, bind)
    await once(server, 'listening')
    server.on('error', error => this.#events.onError(error))
    this.#server = server
  }

  /** New connections get this certificate; those there are go on. */
  renew(identity: TlsIdentity): void {
    if (this.#server !== null && 'setSecureContext' in this.#server) this.#server.setSecureContext(identity)
  }

  #createServer(): Server | TlsServer {
    if (this.#tls === null) return createServer(socket => this.#accept(socket))
    const { cert, key } = this.#tls
    const options = { cert, key, minVersion: 'TLSv1.2', handshakeTimeout: TLS_HANDSHAKE_MS } as const
    return createTlsServer(options, socket => this.#accept(socket))
  }

  /** The listening port, 0 when there is none. */
  get port(): number {
    const bound = this.#server?.address()
    return typeof bound === 'object' && bound !== null ? bound.port : 0
  }

  /**
   * The connection that is open to this address, or a new one; what is sent on it meanwhile waits. `name` is what its
   * certificate must say.
   */
  connect(address: string, port: number, name = address): Flow {
    for (const { flow } of this.#connections.values()) if (flow.address === address && flow.port === port) return flow
    this.#makeRoom()
    const socket = this.#open(address, port, name)
    socket.setTimeout(CONNECT_TIMEOUT_MS)
    socket.on(this.#tls === null ? 'connect' : 'secureConnect', () => socket.setTimeout(CONNECTION_IDLE_MS))
    return this.#adopt(socket, address, port).flow
  }

  #open(host: string, port: number, name: string): Socket {
    if (this.#tls === null) return connect({ host, port })
    const { cert, key, ca } = this.#tls
    const identity = { cert, key, ca, minVersion: 'TLSv1.2' } as const
    return connectTls({ host, port, ...identity, ...(isIP(name) === 0 ? { servername: name } : {}) })
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
    const flow: Flow = { transport: this.#tls === null ? 'tcp' : 'tls', address, port, connection: this.#nextNumber() }
    const connection: Connection = { flow, socket, holds: 0, garbage: 0 }
    this.#connections.set(flow.connection, connection)
    const framer = createFramer()
    const take = (bytes: Buffer): boolean => {
      if (!this.#events.onMessage(bytes, flow)) connection.garbage++
      return connection.garbage < MAX_CONNECTION_GARBAGE
    }
    socket.setNoDelay(true)
    socket.on('data', chunk => {
      const problem = framer.push(chunk, take, () => socket.write('\r\n'))
      if (problem !== null) this.#drop(connection)
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
