// One call of profile 1: through the circuit and the pool, signed, sent, and its answer classed.

import { randomBytes } from 'node:crypto'
import * as http from 'node:http'
import * as https from 'node:https'
import type { CallOptions, ConnectorSettings, Result } from '../connector.ts'
import { answerSchemas } from '../wire/answers.ts'
import { mostBodyBytes, type Operation, operationPaths } from '../wire/operations.ts'
import { requestSchemas } from '../wire/requests.ts'
import { instantOf } from '../wire/time.ts'
import { createBreaker, defaultBreaker } from './breaker.ts'
import { notSent, type Question } from './classify.ts'
import { type Exchange, exchangeHttp, type HttpMessage } from './http-exchange.ts'
import { judge } from './http-judge.ts'
import { signMessage } from './http-signed.ts'
import { createPool, type Lane } from './pool.ts'

export interface Ask<T> extends Omit<Question<T>, 'operation' | 'messageId'> {
  operation: Operation
  /** `beside`: neither pool nor circuit stops it. */
  lane: Lane | 'beside'
  /** Without messageId, operator and requestTime. */
  fields: Record<string, unknown>
  /** For postings, closes and reversals the transaction serial. */
  messageId?: string
  operator?: string
}

/** One call is one message. */
export interface HttpCaller {
  call<T>(ask: Ask<T>, options: CallOptions): Promise<Result<T>>
  close(): void
}

const tlsTimeoutMs = 3_000
/** Kept connections are given up before the other side would. */
const idleMs = 4_000
const waitingPerPlace = 16

const heartbeat: Ask<unknown> = {
  operation: 'heartbeat',
  lane: 'beside',
  schema: answerSchemas.heartbeat,
  fields: {},
  echoes: () => true,
}

export function createHttpCaller(settings: ConnectorSettings): HttpCaller {
  const agent = createAgent(settings)
  const breaker = createBreaker(settings.breaker ?? defaultBreaker, settings.now)
  const { poolSize: size, connectTimeoutMs: waitMs } = settings
  const pool = createPool({ size, waitMs, mostWaiting: size * waitingPerPlace })
  let closed = false

  async function send<T>(ask: Ask<T>, options: CallOptions, timeoutMs: number): Promise<Result<T>> {
    const sealed = seal(settings, ask, options, timeoutMs)
    if (!sealed) return notSent('formatError', 'the message has a field the wire cannot carry')
    const { messageId, nonce, path, message } = sealed
    const { operation, schema, echoes } = ask
    let exchange = await exchangeHttp(agent, message)
    // Nothing was written on the dead connection; the next one is fresh.
    if (exchange.kind === 'notSent' && exchange.why === 'stale') exchange = await exchangeHttp(agent, message)
    trace(settings, { operation, messageId, sent: message.body }, exchange)
    const result = judge(settings, { operation, messageId, schema, echoes }, { path, nonce }, exchange)
    const reached = exchange.kind === 'answer' && !(result.class === 'unknown' && result.cause === 'http5xx')
    if (operation === 'heartbeat') breaker.tried(reached)
    if (!reached && !(exchange.kind === 'notSent' && exchange.why === 'late')) breaker.failed()
    return result
  }

  async function mayPass(timeoutMs: number): Promise<boolean> {
    const gate = breaker.ask()
    if (gate === 'trial') await send(heartbeat, { timeoutMs }, timeoutMs)
    return gate === 'pass' || (gate === 'trial' && breaker.isClosed())
  }

  return {
    async call(ask, options) {
      const endsAt = performance.now() + options.timeoutMs
      const leftMs = () => Math.max(1, endsAt - performance.now())
      if (closed) return notSent('misDown', 'the connector is closed')
      if (ask.lane === 'beside') return send(ask, options, leftMs())
      if (!(await mayPass(leftMs()))) return notSent('misDown', 'the circuit is open')
      const leave = await pool.enter(ask.lane, leftMs())
      if (!leave) return notSent('misDown', 'no free connection')
      try {
        return await send(ask, options, leftMs())
      } finally {
        leave()
      }
    },
    close() {
      closed = true
      pool.close()
      agent.destroy()
    },
  }
}

function createAgent({ endpoint, tls }: ConnectorSettings): http.Agent | https.Agent {
  const kept = { keepAlive: true, timeout: idleMs }
  return new URL(endpoint).protocol === 'https:'
    ? new https.Agent({ ...kept, minVersion: 'TLSv1.2', ...tls })
    : new http.Agent(kept)
}

interface Sealed {
  messageId: string
  nonce: string
  path: string
  message: HttpMessage
}

/** The signed message, or undefined when a field does not fit the wire. */
function seal<T>(
  settings: ConnectorSettings,
  ask: Ask<T>,
  { sendBefore = Number.POSITIVE_INFINITY }: CallOptions,
  timeoutMs: number,
): Sealed | undefined {
  const path = operationPaths[ask.operation]
  const messageId = ask.messageId ?? randomBytes(12).toString('hex')
  const head = { messageId, operator: ask.operator ?? settings.operator, requestTime: instantOf(settings.now()) }
  const fields = { ...head, ...ask.fields }
  const body = Buffer.from(JSON.stringify(fields))
  if (!requestSchemas[ask.operation].safeParse(fields).success || body.length > mostBodyBytes) return undefined
  const { nonce, headers } = signMessage(settings, path, body)
  const url = new URL(path, settings.endpoint)
  const message = {
    ...{ url, headers, body, timeoutMs, mostAnswerBytes: mostBodyBytes },
    connectTimeoutMs: settings.connectTimeoutMs + (url.protocol === 'https:' ? tlsTimeoutMs : 0),
    mayBegin: () => settings.now() <= sendBefore,
  }
  return { messageId, nonce, path, message }
}

function trace(
  settings: ConnectorSettings,
  { operation, messageId, sent }: { operation: string; messageId: string; sent: Uint8Array },
  exchange: Exchange,
): void {
  if (!settings.trace || exchange.kind === 'notSent') return
  const at = settings.now()
  settings.trace({ direction: 'sent', operation, messageId, at, bytes: sent })
  if (exchange.kind === 'answer') {
    settings.trace({ direction: 'received', operation, messageId, at, bytes: exchange.body })
  }
}
