// Server transactions of RFC 3261 section 17.2 (with RFC 6026), as data: no sockets, no timers, time is passed in.
//
// An INVITE: proceeding -> completed (refused; the response is repeated until the ACK) -> confirmed -> gone,
//                       -> accepted (2xx; repeated until the dialog saw the ACK) -> gone.
// Anything else: trying -> completed (the response answers repeats) -> gone.
import type { Flow } from './flow.ts'
import { isReliable } from './flow.ts'
import { MAX_TRANSACTIONS, type SipTimers, sipTimers } from './limits.ts'
import type { SipRequest } from './message.ts'
import { createWakeQueue } from './wake-queue.ts'

export type ServerEffect =
  | { readonly type: 'send'; readonly flow: Flow; readonly bytes: Uint8Array }
  /** A 2xx to an INVITE was never acknowledged. */
  | { readonly type: 'noAck'; readonly key: string }
  /** A reliable provisional response was never acknowledged. */
  | { readonly type: 'noPrack'; readonly key: string }

export type Verdict =
  /** To be answered. */
  | 'new'
  /** Seen before; whatever had to be sent again is in the effects. */
  | 'repeat'
  /** The same request by another way (8.2.2.2): 482. */
  | 'merged'
  | 'full'

interface Transaction {
  readonly invite: boolean
  readonly flow: Flow
  readonly mergeKey: string | null
  state: 'proceeding' | 'completed' | 'confirmed' | 'accepted'
  last: Uint8Array | null
  repeatAtMs: number
  intervalMs: number
  giveUpAtMs: number
  endAtMs: number
}

const NEVER = Number.POSITIVE_INFINITY
const MAGIC_COOKIE = 'z9hG4bK'

/** RFC 3261 17.2.3; a branch without the cookie (RFC 2543) is told apart by everything else the request has. */
export function serverKey(request: SipRequest, method: string): string {
  const { via } = request
  const branch = via.params.get('branch') ?? ''
  const sentBy = `${via.host}:${via.port ?? ''}`
  if (branch.startsWith(MAGIC_COOKIE)) return `${method}\n${branch}\n${sentBy}`
  return `${method}\n${sentBy}\n${branch}\n${request.callId}\n${request.cseq}\n${request.fromTag}`
}

export class ServerTransactions {
  readonly #timers: SipTimers
  readonly #limit: number
  readonly #transactions = new Map<string, Transaction>()
  readonly #merges = new Map<string, string>()
  readonly #wakes = createWakeQueue()

  constructor(timers = sipTimers(), limit = MAX_TRANSACTIONS) {
    this.#timers = timers
    this.#limit = limit
  }

  get size(): number {
    return this.#transactions.size
  }

  nextAtMs(): number {
    return this.#wakes.nextAtMs()
  }

  /** Whether this is a repeat. */
  knows(request: SipRequest): boolean {
    return this.#transactions.has(serverKey(request, request.method))
  }

  receive(request: SipRequest, flow: Flow): { verdict: Verdict; key: string; effects: ServerEffect[] } {
    const key = serverKey(request, request.method)
    const known = this.#transactions.get(key)
    if (known !== undefined) return { verdict: 'repeat', key, effects: this.#repeat(known, flow) }
    const first = request.toTag === ''
    if (this.size >= (first ? this.#limit : 2 * this.#limit)) return { verdict: 'full', key, effects: [] }
    const mergeKey = first ? `${request.callId}\n${request.fromTag}\n${request.cseq}\n${request.method}` : null
    if (mergeKey !== null && this.#merges.has(mergeKey)) return { verdict: 'merged', key, effects: [] }
    if (mergeKey !== null) this.#merges.set(mergeKey, key)
    this.#transactions.set(key, {
      invite: request.method === 'INVITE',
      flow,
      mergeKey,
      state: 'proceeding',
      last: null,
      repeatAtMs: NEVER,
      intervalMs: this.#timers.t1Ms,
      giveUpAtMs: NEVER,
      endAtMs: NEVER,
    })
    return { verdict: 'new', key, effects: [] }
  }

  #repeat(known: Transaction, flow: Flow): ServerEffect[] {
    const answers = known.state === 'proceeding' || known.state === 'completed'
    return answers && known.last !== null ? [{ type: 'send', flow, bytes: known.last }] : []
  }

  /** An ACK: true when it belongs to a refusal here; false when it belongs to a dialog. */
  acknowledge(ack: SipRequest, nowMs: number): boolean {
    const key = serverKey(ack, 'INVITE')
    const transaction = this.#transactions.get(key)
    if (transaction === undefined || transaction.state === 'accepted') return false
    if (transaction.state === 'completed') {
      transaction.state = 'confirmed'
      transaction.repeatAtMs = NEVER
      transaction.endAtMs = isReliable(transaction.flow) ? nowMs : nowMs + this.#timers.t4Ms
      this.#schedule(key, transaction)
    }
    return true
  }

  /** `reliable`: a provisional response that is repeated, by any transport, until it is acknowledged (RFC 3262). */
  respond(key: string, status: number, bytes: Uint8Array, nowMs: number, reliable = false): ServerEffect[] {
    const transaction = this.#transactions.get(key)
    if (transaction === undefined || transaction.state !== 'proceeding') return []
    transaction.last = bytes
    if (reliable) {
      transaction.repeatAtMs = nowMs + this.#timers.t1Ms
      transaction.giveUpAtMs = nowMs + this.#timers.lifeMs
      this.#schedule(key, transaction)
    } else if (status >= 200) {
      transaction.repeatAtMs = NEVER
      transaction.giveUpAtMs = NEVER
      if (transaction.invite) finishInvite(transaction, status, nowMs, this.#timers)
      else {
        transaction.state = 'completed'
        transaction.endAtMs = isReliable(transaction.flow) ? nowMs : nowMs + this.#timers.lifeMs
      }
      this.#schedule(key, transaction)
    }
    return [{ type: 'send', flow: transaction.flow, bytes }]
  }

  /** The dialog saw the PRACK. */
  provisionalHeard(key: string): void {
    const transaction = this.#transactions.get(key)
    if (transaction?.state !== 'proceeding') return
    transaction.repeatAtMs = NEVER
    transaction.giveUpAtMs = NEVER
  }

  /** The dialog saw the ACK to the 2xx. */
  accepted(key: string): void {
    const transaction = this.#transactions.get(key)
    if (transaction?.state !== 'accepted') return
    transaction.repeatAtMs = NEVER
    // Repeats of the INVITE that are still under way are absorbed until the time it would have been given up.
    if (transaction.giveUpAtMs !== NEVER) transaction.endAtMs = transaction.giveUpAtMs
    transaction.giveUpAtMs = NEVER
    this.#schedule(key, transaction)
  }

  /** The INVITE transaction that a CANCEL means. */
  findCancelled(cancel: SipRequest): string | null {
    const key = serverKey(cancel, 'INVITE')
    return this.#transactions.has(key) ? key : null
  }

  advance(nowMs: number): ServerEffect[] {
    const effects: ServerEffect[] = []
    for (const key of this.#wakes.due(nowMs)) {
      const transaction = this.#transactions.get(key)
      if (transaction !== undefined) effects.push(...this.#wake(key, transaction, nowMs))
    }
    return effects
  }

  #wake(key: string, transaction: Transaction, nowMs: number): ServerEffect[] {
    const effects: ServerEffect[] = []
    if (nowMs >= transaction.endAtMs) {
      this.#transactions.delete(key)
      if (transaction.mergeKey !== null) this.#merges.delete(transaction.mergeKey)
      return effects
    }
    if (nowMs >= transaction.giveUpAtMs) {
      transaction.giveUpAtMs = NEVER
      transaction.repeatAtMs = NEVER
      if (transaction.state === 'accepted') transaction.endAtMs = nowMs
      effects.push({ type: transaction.state === 'accepted' ? 'noAck' : 'noPrack', key })
    } else if (nowMs >= transaction.repeatAtMs && transaction.last !== null) {
      transaction.intervalMs = Math.min(2 * transaction.intervalMs, this.#timers.t2Ms)
      transaction.repeatAtMs = nowMs + transaction.intervalMs
      effects.push({ type: 'send', flow: transaction.flow, bytes: transaction.last })
    }
    this.#schedule(key, transaction)
    return effects
  }

  #schedule(key: string, transaction: Transaction): void {
    this.#wakes.add(Math.min(transaction.repeatAtMs, transaction.giveUpAtMs, transaction.endAtMs), key)
  }
}

function finishInvite(transaction: Transaction, status: number, nowMs: number, timers: SipTimers): void {
  const accepted = status < 300
  transaction.state = accepted ? 'accepted' : 'completed'
  transaction.intervalMs = timers.t1Ms
  // A 2xx crosses proxies hop by hop, so it is repeated even over a stream.
  transaction.repeatAtMs = accepted || !isReliable(transaction.flow) ? nowMs + timers.t1Ms : NEVER
  if (accepted) transaction.giveUpAtMs = nowMs + timers.lifeMs
  else transaction.endAtMs = nowMs + timers.lifeMs
}
