// SIP over datagrams: one socket, sends without looking names up.
import type { Buffer } from 'node:buffer'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { numericLookup, socketType } from './numeric-lookup.ts'

export interface UdpTransport {
  readonly port: number
  send(bytes: Uint8Array, address: string, port: number): void
  close(): Promise<void>
}

/** Binds; rejects with the system's error when the port is taken. */
export async function openUdp(
  bind: string,
  port: number,
  onDatagram: (bytes: Buffer, address: string, port: number) => void,
  onError: (error: Error) => void,
): Promise<UdpTransport> {
  const socket = createSocket({
    type: socketType(bind),
    lookup: numericLookup(bind),
  })
  // With a resolver that answers at once the socket listens before `bind` returns.
  const listening = once(socket, 'listening')
  socket.bind(port, bind)
  try {
    await listening
  } catch (error) {
    socket.close()
    throw error
  }
  socket.on('error', onError)
  socket.on('message', (bytes, from) => onDatagram(bytes, from.address, from.port))
  return {
    port: socket.address().port,
    send(bytes, address, to) {
      // An unreachable peer shows as a missing answer; the transaction's own timer deals with it.
      if (to > 0 && to < 65_536) socket.send(bytes, to, address, () => undefined)
    },
    close: () => new Promise<void>(resolve => socket.close(() => resolve())),
  }
}
