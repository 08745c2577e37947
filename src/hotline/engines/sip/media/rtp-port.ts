// The RTP socket of one call, on an even port of the configured range.
import type { Buffer } from 'node:buffer'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { numericLookup, plainAddress, socketType } from '../numeric-lookup.ts'

/** Ports are used in turn, so that late packets of the last call on a port find nobody. */
export class RtpPorts {
  readonly #bind: string
  readonly #ports: number[] = []
  #next = 0

  constructor(bind: string, first: number, last: number) {
    this.#bind = bind
    for (let port = first + (first % 2); port <= last; port += 2) this.#ports.push(port)
  }

  /** Null when every port of the range is taken, by us or by others. */
  async open(onPacket: (datagram: Buffer, address: string, port: number) => void): Promise<Socket | null> {
    for (let tries = 0; tries < this.#ports.length; tries++) {
      const port = this.#ports[this.#next] ?? 0
      this.#next = (this.#next + 1) % this.#ports.length
      const socket = await openRtpSocket(this.#bind, port, onPacket)
      if (socket !== null) return socket
    }
    return null
  }
}

/** Null when the port is taken. */
export async function openRtpSocket(
  bind: string,
  port: number,
  onPacket: (datagram: Buffer, address: string, port: number) => void,
): Promise<Socket | null> {
  const socket = createSocket({
    type: socketType(bind),
    lookup: numericLookup(bind),
  })
  try {
    // With a resolver that answers at once the socket listens before `bind` returns.
    const listening = once(socket, 'listening')
    socket.bind(port, bind)
    await listening
  } catch {
    // Taken by another program (or by a call of ours that is just closing): the next port is tried.
    socket.close()
    return null
  }
  // An unreachable far end shows as silence, and silence has its own time-out.
  socket.on('error', () => undefined)
  socket.on('message', (datagram, from) => onPacket(datagram, plainAddress(from.address), from.port))
  return socket
}
