// Client transactions of RFC 3261 section 17.1 (with RFC 6026), as data: no sockets, no timers, time is passed in.
//
// calling/trying (repeated on datagrams) -> proceeding -> completed or accepted (absorbs repeated responses) -> gone.
import type { Flow } from './flow.ts'
import { isReliable } from './flow.ts'
import { RINGING_LIFE_MS, type SipTimers, sipTimers } from './limits.ts'
import type { Outgoing, SipResponse } from './message.ts'
import { headerOf } from './message.ts'
import { serialize } from './serialize.ts'
import { createWakeQueue } from './wake-queue.ts'

export type ClientEffect =
  | { readonly type: 'send'; readonly flow: Flow; readonly bytes: Uint8Array }
  | { readonly type: 'response'; readonly key: string; readonly response: SipResponse }
  /** Nothing final came in time. */
  | { readonly type: 'timeout'; readonly key: string }
  /** The transaction is forgotten: no more responses. */
  | { readonly type: 'gone'; readonly key: string }

interface Transaction {
  readonly invite: boolean
  readonly request: Outgoing
  readonly flow: Flow
  readonly bytes: Uint8Array
  state: 'waiting' | 'proceeding' | 'completed' | 'accepted'
  ack: Uint8Array | null
  repeatAtMs: number
  intervalMs: number
  endAtMs: number
}

const NEVER = Number.POSITIVE_INFINITY

export function clientKey(method: string, branch: string): string {
  return `${method}\n${branch}`
}

/** The ACK to a refusal, which belongs to the INVITE's own transaction (17.1.1.3). */
function ackFor(invite: Outgoing, response: SipResponse): Uint8Array {
  const headers = invite.headers.filter(header => ['from', 'call-id', 'route', 'max-forwards'].includes(header.name))
  const via = headerOf(invite, 'via') ?? ''
  const to = headerOf(response, 'to') ?? ''
  return serialize({
    startLine: invite.startLine.replace('INVITE', 'ACK'),
    headers: [
      { name: 'via', value: via },
      ...headers,
      { name: 'to', value: to },
      { name: 'cseq', value: `${response.cseq} ACK` },
    ],
    body: new Uint8Array(0),
  })
}

export class ClientTransactions {
  readonly #transactions = new Map<string, Transaction>()
  readonly #wakes = createWakeQueue()
  readonly #timers: SipTimers

  constructor(timers = sipTimers()) {
    this.#timers = timers
  }

  nextAtMs(): number {
    return this.#wakes.nextAtMs()
  }

  /** `branch` is the one in the topmost Via of the request. */
  send(request: Outgoing, method: string, branch: string, flow: Flow, nowMs: number): ClientEffect[] {
    const key = clientKey(method, branch)
    const bytes = serialize(request)
    const transaction: Transaction = {
      invite: method === 'INVITE',
      request,
      flow,
      bytes,
      state: 'waiting',
      ack: null,
      repeatAtMs: isReliable(flow) ? NEVER : nowMs + this.#timers.t1Ms,
      intervalMs: this.#timers.t1Ms,
      endAtMs: nowMs + this.#timers.lifeMs,
    }
    this.#transactions.set(key, transaction)
    this.#schedule(key, transaction)
    return [{ type: 'send', flow, bytes }]
  }

  receive(response: SipResponse, nowMs: number): ClientEffect[] {
    const key = clientKey(response.cseqMethod, response.via.params.get('branch') ?? '')
    const transaction = this.#transactions.get(key)
    if (transaction === undefined) return []
    const { state, ack } = transaction
    if (state === 'completed') {
      return response.status >= 300 && ack !== null ? [{ type: 'send', flow: transaction.flow, bytes: ack }] : []
    }
    const passed: ClientEffect = { type: 'response', key, response }
    if (state === 'accepted') return response.status >= 200 && response.status < 300 ? [passed] : []
    const effects =
      response.status < 200
        ? proceed(transaction, nowMs, this.#timers)
        : finish(transaction, response, nowMs, this.#timers)
    this.#schedule(key, transaction)
    return [...effects, passed]
  }

  /** A connection broke: what waits on it has failed. */
  dropFlow(connection: number): ClientEffect[] {
    const effects: ClientEffect[] = []
    for (const [key, transaction] of this.#transactions) {
      if (transaction.flow.connection !== connection) continue
      effects.push(this.#end(key, transaction))
    }
    return effects
  }

  advance(nowMs: number): ClientEffect[] {
    const effects: ClientEffect[] = []
    for (const key of this.#wakes.due(nowMs)) {
      const transaction = this.#transactions.get(key)
      if (transaction !== undefined) effects.push(...this.#wake(key, transaction, nowMs))
    }
    return effects
  }

  #wake(key: string, transaction: Transaction, nowMs: number): ClientEffect[] {
    if (nowMs >= transaction.endAtMs) return [this.#end(key, transaction)]
    const effects: ClientEffect[] = []
    if (nowMs >= transaction.repeatAtMs) {
      const doubled = 2 * transaction.intervalMs
      transaction.intervalMs = transaction.invite ? doubled : Math.min(doubled, this.#timers.t2Ms)
      transaction.repeatAtMs = nowMs + transaction.intervalMs
      effects.push({ type: 'send', flow: transaction.flow, bytes: transaction.bytes })
    }
    this.#schedule(key, transaction)
    return effects
  }

  #end(key: string, transaction: Transaction): ClientEffect {
    this.#transactions.delete(key)
    const waited = transaction.state === 'waiting' || transaction.state === 'proceeding'
    return { type: waited ? 'timeout' : 'gone', key }
  }

  #schedule(key: string, transaction: Transaction): void {
    this.#wakes.add(Math.min(transaction.repeatAtMs, transaction.endAtMs), key)
  }
}

function proceed(transaction: Transaction, nowMs: number, timers: SipTimers): ClientEffect[] {
  transaction.state = 'proceeding'
  if (transaction.invite) {
    transaction.repeatAtMs = NEVER
    transaction.endAtMs = nowMs + RINGING_LIFE_MS
  } else transaction.intervalMs = timers.t2Ms
  return []
}

function finish(transaction: Transaction, response: SipResponse, nowMs: number, timers: SipTimers): ClientEffect[] {
  transaction.repeatAtMs = NEVER
  if (!transaction.invite) {
    transaction.state = 'completed'
    transaction.endAtMs = nowMs + (isReliable(transaction.flow) ? 0 : timers.t4Ms)
    return []
  }
  transaction.endAtMs = nowMs + timers.lifeMs
  if (response.status < 300) {
    transaction.state = 'accepted'
    return []
  }
  transaction.state = 'completed'
  transaction.ack = ackFor(transaction.request, response)
  return [{ type: 'send', flow: transaction.flow, bytes: transaction.ack }]
}
