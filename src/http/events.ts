// Server-sent events: a signed-in browser hears that calls or recharges of its county changed, and asks again.

import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Tells listeners of a county that something changed: `call` with its id, or `recharge`. */
export interface CallEvents {
  listen(countyId: number, listener: (event: { topic: string; id: string }) => void): () => void
}

const heartbeatMs = 15_000
const maxListeners = 500
const mayListen = ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'hotlineAttendant']

/** A listener whose session ended hears no more from the next heartbeat on. */
export function addEvents(
  server: FastifyInstance,
  events: CallEvents,
  isSignedIn: (request: FastifyRequest) => Promise<boolean>,
): void {
  let open = 0
  server.get('/api/events', (request, reply) => {
    if (!mayListen.includes(request.actor.role) || request.actor.owes)
      return reply.code(401).send({ error: { code: 'notSignedIn' } })
    if (open >= maxListeners) return reply.code(503).send({ error: { code: 'tooBusy' } })
    open += 1
    reply.hijack()
    const stream = reply.raw
    stream.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      connection: 'keep-alive',
    })
    stream.write('retry: 2000\n\n')
    const stop = events.listen(request.actor.countyId, event => stream.write(`data: ${JSON.stringify(event)}\n\n`))
    const beat = setInterval(() => {
      stream.write(': \n\n')
      isSignedIn(request).then(
        signedIn => signedIn || stream.end(),
        () => stream.end(),
      )
    }, heartbeatMs)
    stream.on('close', () => {
      open -= 1
      clearInterval(beat)
      stop()
    })
    return reply
  })
}
