// The HTTP side of profile 1: takes a message, checks it, has it handled, and answers as the faults allow.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { parseJson } from '../wire/json.ts'
import { mostBodyBytes, type Operation, operationNames, operationPaths } from '../wire/operations.ts'
import type { Outcome } from './engine-types.ts'
import type { FaultPlan } from './fault-kinds.ts'
import type { Faults } from './faults.ts'
import { envelopeOf, type HttpAnswer, httpAnswer, misdirect, rawAnswer } from './http-answer.ts'
import { type Fate, type Handling, handle, type Message } from './http-faults.ts'
import { type Channel, createReplayGuard, type HttpMessage, type Verified, verifySignature } from './http-verify.ts'
import type { Listener } from './listener.ts'
import type { WireLog } from './wire-log.ts'

export interface HttpDoor extends Handling {
  channels: readonly Channel[]
  faults: Faults
  wireLog: WireLog
  /** Once it listens. */
  listener: () => Listener | undefined
  problem: (error: unknown) => void
}

export function openHttpDoor(app: FastifyInstance, door: HttpDoor): void {
  const guard = createReplayGuard(door.store)
  const connections = new WeakMap<object, number>()
  let lastConnection = 0
  const numberOf = (socket: object) => {
    const known = connections.get(socket)
    if (known !== undefined) return known
    lastConnection += 1
    connections.set(socket, lastConnection)
    return lastConnection
  }

  const serve = async (op: Operation, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const conn = numberOf(request.raw.socket)
    const http = toMessage(request)
    const verified = verifySignature(door.channels, http)
    const json = parseJson(http.body)
    const { accountNo, serial, messageId } = peek(json?.value)
    const right = verified?.right === true
    const { plan, names } = right
      ? door.faults.take({ profile: 'http', op, accountNo, serial })
      : { plan: {}, names: '' }
    const note = json ? { fields: json.value } : { fields: {}, bytes: http.body.length }
    const skewMs = plan.clockSkew?.ms ?? 0
    const [refusal] = await Promise.all([
      refusalOf(verified, http, guard, door.clock.now() + skewMs),
      door.wireLog.write({ profile: 'http', conn, direction: 'in', op, fault: names, ...note }),
    ])
    const message: Message = {
      op,
      fields: json?.value,
      channelId: verified?.channel.channelId ?? '',
      accountNo,
      serial,
    }
    const fate: Fate = refusal ? { kind: 'answer', outcome: refusal } : await handle(door, message, plan)
    const answer = toAnswer(fate, messageId ?? '', http.path, verified, door.clock.now() + skewMs, plan)
    const fields = answer ? parseJson(answer.body)?.value : { respCode: fate.kind }
    door.wireLog.write({ profile: 'http', conn, direction: 'out', op, fault: names, fields }).catch(door.problem)
    deliver(request, reply, fate, answer, plan)
    const turnDark = () => darken(door, plan)
    if (plan.connectRefuse || plan.blackhole) reply.raw.once('finish', turnDark)
  }

  for (const op of operationNames) {
    app.post(operationPaths[op], { bodyLimit: mostBodyBytes }, async (request, reply) => {
      reply.hijack()
      await serve(op, request, reply).catch(error => {
        if (!door.signal.aborted) door.problem(error)
        request.raw.socket.resetAndDestroy()
      })
    })
  }
}

function toMessage(request: FastifyRequest): HttpMessage {
  const [path = '', query = ''] = request.url.split('?', 2)
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  return { path, query, headers: request.headers, body }
}

/** What faults and the log need of a message before it is known to be well formed. */
function peek(value: unknown): { accountNo?: string; serial?: string; messageId?: string } {
  if (typeof value !== 'object' || value === null) return {}
  const members = new Map<string, unknown>(Object.entries(value))
  const read = (name: 'accountNo' | 'serial' | 'messageId') => {
    const text = members.get(name)
    return typeof text === 'string' && text.length <= 64 ? { [name]: text } : {}
  }
  return { ...read('accountNo'), ...read('serial'), ...read('messageId') }
}

async function refusalOf(
  verified: Verified | undefined,
  http: HttpMessage,
  guard: ReturnType<typeof createReplayGuard>,
  nowMs: number,
): Promise<Outcome | undefined> {
  if (!verified) return { code: '2005' }
  if (!verified.right) return { code: '2002' }
  if (!(await guard.isFresh(verified, nowMs))) return { code: '2003' }
  return /^application\/json\b/i.test(http.headers['content-type'] ?? '') ? undefined : { code: '2001' }
}

function toAnswer(
  fate: Fate,
  messageId: string,
  path: string,
  verified: Verified | undefined,
  nowMs: number,
  plan: FaultPlan,
): HttpAnswer | undefined {
  if (fate.kind === 'answer') {
    return httpAnswer(misdirect(envelopeOf(fate.outcome, messageId), plan), path, verified, nowMs, plan)
  }
  if (fate.kind !== 'bare') return undefined
  const body = Buffer.from('<html><body>gateway</body></html>')
  return { status: fate.status, headers: { 'content-type': 'text/html', 'content-length': String(body.length) }, body }
}

function deliver(
  request: FastifyRequest,
  reply: FastifyReply,
  fate: Fate,
  answer: HttpAnswer | undefined,
  plan: FaultPlan,
): void {
  const { socket } = request.raw
  if (fate.kind === 'reset') return void socket.resetAndDestroy()
  if (!answer || socket.destroyed) return
  if (plan.halfReply) return void socket.write(rawAnswer(answer).subarray(0, plan.halfReply.bytes))
  if (plan.duplicateReply) {
    return void socket.end(Buffer.concat(Array(plan.duplicateReply.count).fill(rawAnswer(answer))))
  }
  reply.raw.writeHead(answer.status, answer.headers).end(answer.body)
}

function darken(door: HttpDoor, plan: FaultPlan): void {
  const { connectRefuse, blackhole } = plan
  const listener = door.listener()
  if (connectRefuse) listener?.refuse(connectRefuse.ms).catch(door.problem)
  if (blackhole) listener?.blackhole(blackhole.ms).catch(door.problem)
}
