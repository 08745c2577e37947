// The listening port, which faults may close for a while or turn into a place where nothing is ever read.

import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { MisClock } from './clock.ts'

export interface Listener {
  port: number
  /** Closes the port and all connections for so long. */
  refuse(ms: number): Promise<void>
  /** Takes connections and reads nothing from them for so long. */
  blackhole(ms: number): Promise<void>
  close(): Promise<void>
}

const mostHeld = 1_000

export async function openListener(
  server: Server,
  address: { bind: string; port: number },
  clock: MisClock,
  signal: AbortSignal,
): Promise<Listener> {
  const held = new Set<Socket>()
  let dark = false
  const [serve] = server.listeners('connection')
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    socket.setNoDelay(true)
    if (!dark) return serve?.call(server, socket)
    if (held.size >= mostHeld) return socket.destroy()
    held.add(socket)
    socket.pause()
    socket.on('error', () => {}) // the other side gives up some time
    socket.once('close', () => held.delete(socket))
  })
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, address.bind, () => {
        server.off('error', reject)
        resolve()
      })
    })
  await listen(address.port)
  const bound = server.address()
  const port = typeof bound === 'object' && bound ? bound.port : address.port
  const shut = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
      for (const socket of held) socket.destroy()
    })

  return {
    port,
    async refuse(ms) {
      await shut()
      await clock.wait(ms, signal)
      if (!signal.aborted) await listen(port)
    },
    async blackhole(ms) {
      dark = true
      server.closeAllConnections()
      await clock.wait(ms, signal)
      dark = false
      for (const socket of held) socket.destroy()
    },
    close: () => (server.listening ? shut() : Promise.resolve()),
  }
}
