// The door of the browser phone. One request is one call: it brings an offer, and its answer is a stream of JSON lines until the end.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Refusal } from '../kernel/refusal.ts'

export interface Phone {
  /** What a page may know before it calls. */
  about(signedIn: boolean): Promise<object>
  /** Tells the page everything, first our answer; refuses by a refusal. */
  place(call: PhoneCall, tell: (message: object) => void): Promise<{ leave(): void }>
  /** Cards and accounts to try; null outside the demonstration, and then there is no such door. */
  demonstration: ((called: string) => Promise<object>) | null
}

export interface PhoneCall {
  token: string
  offer: string
  /** Where it came from. */
  address: string
}

const mostBytes = 24 * 1024
/** A page that does not read what it is told is no caller. */
const mostUnread = 64 * 1024
/** Keeps whatever stands between from closing a line on which nothing is said. */
const heartbeatMs = 15_000
const body = z.strictObject({ token: z.string().max(600), offer: z.string().max(20_000) })

export function addPhone(server: FastifyInstance, phone: Phone): void {
  server.get('/api/phone', request => phone.about(request.actor.operatorId !== null))
  server.post('/api/phone/call', { bodyLimit: mostBytes }, (request, reply) => call(phone, request, reply))
  const { demonstration } = phone
  if (!demonstration) return
  server.get<{ Querystring: { called?: unknown } }>('/api/phone/demonstration', ({ query }) =>
    demonstration(String(query.called ?? '').slice(0, 30)),
  )
}

async function call(phone: Phone, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const asked = body.safeParse(request.body)
  if (!asked.success) throw new Refusal('badInput', { problems: 'token, offer' })
  const stream = openStream(reply)
  const { leave } = await phone.place({ ...asked.data, address: request.ip }, stream.tell)
  stream.begin(leave)
  return reply
}

/** Nothing is sent before the call was taken: a refusal is an ordinary answer. */
function openStream(reply: FastifyReply) {
  const { raw } = reply
  const early: object[] = []
  let begun = false
  const write = (line: string) => {
    if (raw.writableEnded || raw.destroyed) return
    if (raw.writableLength > mostUnread) raw.destroy()
    else raw.write(line)
  }
  const send = (message: object) => {
    write(`${JSON.stringify(message)}\n`)
    if ('type' in message && message.type === 'ended') raw.end()
  }
  return {
    tell(message: object): void {
      if (begun) send(message)
      else early.push(message)
    },
    begin(leave: () => void): void {
      reply.hijack()
      const beat = setInterval(() => write('\n'), heartbeatMs)
      raw.on('close', () => {
        clearInterval(beat)
        leave()
      })
      raw.writeHead(200, {
        'content-type': 'application/x-ndjson; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-accel-buffering': 'no',
      })
      begun = true
      for (const message of early.splice(0)) send(message)
      // It may have gone while the call was being placed: then no close comes any more.
      if (raw.destroyed) leave()
    },
  }
}
