// What follows from what the billing system said so far: the rules of exactly-once as one pure function.

import type { Capabilities, PostedAnswer, Reason } from '../mis/connector.ts'

/** Nothing was done and nothing is remembered: the same serial may be sent again while the recharge is open. */
export const forgottenReasons: ReadonlySet<Reason> = new Set<Reason>([
  'misDown',
  'busyNotProcessed',
  'expired',
  'formatError',
  'macError',
  'replay',
  'notSignedIn',
  'channelForbidden',
])

/**
 * The outcome of one message, as it is kept with its attempt. `state`: a query's or close's answer.
 * An attempt without an outcome is one whose sender crashed or still waits: unknown.
 */
export type AttemptOutcome =
  | { class: 'accepted'; posted: PostedAnswer }
  | { class: 'refused'; reason: Reason; code: string; stage: 'notSent' | 'answered' }
  | { class: 'unknown'; cause: string }
  | { class: 'state'; postingState: 'posted' | 'reversed'; posted: PostedAnswer }
  | { class: 'state'; postingState: 'refused'; reason: Reason; code: string }
  | { class: 'state'; postingState: 'inProgress' | 'notFound' | 'closed' }

export interface AttemptFact {
  attemptNo: number
  message: 'post' | 'query' | 'close'
  startedAtMs: number
  outcome: AttemptOutcome | null
}

export type Verdict =
  | { do: 'succeed'; posted: PostedAnswer; reversed: boolean }
  /** Nothing arrived and nothing will: the card may be freed (R7). */
  | { do: 'fail'; reason: Reason | 'neverArrived' | 'closed'; code: string; nothingSent: boolean }
  /** Send the same serial again (R5). */
  | { do: 'send' }
  /** Not known; ask again later. */
  | { do: 'ask' }

export interface RuleSettings {
  capabilities: Pick<Capabilities, 'dedup' | 'notFoundIsFinal'>
  inflightMaxMs: number
}

const mostPosts = 3

/**
 * Judges a posting by all of its attempts, in order.
 *
 * - An acceptance, or a query that says posted, is success, whoever heard it (R4).
 * - A refusal frees only when no other message of the serial can still arrive (R7): it was never sent and nothing
 *   before it is unknown; or it was the only one sent; or the billing system sticks to a serial's first outcome.
 * - `notFound` frees only when asked after every message's longest life and the billing system enforces expiry (R6).
 * - Silence is sent again only where a repeat cannot pay twice, after a query that said `notFound`, three times at the most (R5).
 */
export function judge(attempts: readonly AttemptFact[], settings: RuleSettings): Verdict {
  const posted = attempts.find(isPosted)
  if (posted) return posted.outcome ? success(posted.outcome) : { do: 'ask' }
  const posts = attempts.filter(attempt => attempt.message === 'post')
  const sent = posts.filter(attempt => !(attempt.outcome?.class === 'refused' && attempt.outcome.stage === 'notSent'))
  if (posts.length === 0) return { do: 'send' }
  const latest = attempts.at(-1)
  if (sent.length === 0) {
    const refusal = posts.at(-1)?.outcome
    if (refusal?.class !== 'refused') return { do: 'ask' }
    return { do: 'fail', reason: refusal.reason, code: refusal.code, nothingSent: true }
  }
  const lastSentAtMs = Math.max(...sent.map(attempt => attempt.startedAtMs))
  const outcome = latest?.outcome
  if (!latest || !outcome) return { do: 'ask' }
  if (outcome.class === 'refused' && latest.message === 'post') return judgeRefusal(outcome, sent, settings)
  if (outcome.class === 'state') return judgeState(outcome, latest.startedAtMs, lastSentAtMs, posts.length, settings)
  return { do: 'ask' }
}

function isPosted(attempt: AttemptFact): boolean {
  const { outcome } = attempt
  if (outcome?.class === 'accepted') return true
  return outcome?.class === 'state' && (outcome.postingState === 'posted' || outcome.postingState === 'reversed')
}

function success(outcome: AttemptOutcome): Verdict {
  if (outcome.class === 'accepted') {
    return { do: 'succeed', posted: outcome.posted, reversed: outcome.posted.notices.includes('reversed') }
  }
  if (outcome.class === 'state' && 'posted' in outcome) {
    return { do: 'succeed', posted: outcome.posted, reversed: outcome.postingState === 'reversed' }
  }
  return { do: 'ask' }
}

function judgeRefusal(
  refusal: Extract<AttemptOutcome, { class: 'refused' }>,
  sent: readonly AttemptFact[],
  settings: RuleSettings,
): Verdict {
  if (refusal.stage === 'notSent') return { do: 'ask' }
  const onlyOne = sent.length === 1
  const sticks = settings.capabilities.dedup === 'sticky' && !forgottenReasons.has(refusal.reason)
  if (onlyOne || sticks) return { do: 'fail', reason: refusal.reason, code: refusal.code, nothingSent: false }
  return { do: 'ask' }
}

function judgeState(
  state: Extract<AttemptOutcome, { class: 'state' }>,
  askedAtMs: number,
  lastSentAtMs: number,
  postCount: number,
  settings: RuleSettings,
): Verdict {
  const nothingOnTheRoad = askedAtMs > lastSentAtMs + settings.inflightMaxMs
  const { dedup, notFoundIsFinal } = settings.capabilities
  if (state.postingState === 'closed') return { do: 'fail', reason: 'closed', code: '1204', nothingSent: false }
  if (state.postingState === 'refused') {
    const final = dedup === 'sticky' || nothingOnTheRoad
    return final ? { do: 'fail', reason: state.reason, code: state.code, nothingSent: false } : { do: 'ask' }
  }
  if (state.postingState === 'notFound') {
    // The customer confirmed: where a repeat is safe it is made before anything is given up.
    const repeatable = dedup === 'sticky' || dedup === 'acceptedOnly'
    if (repeatable && postCount < mostPosts) return { do: 'send' }
    if (nothingOnTheRoad && notFoundIsFinal) return { do: 'fail', reason: 'neverArrived', code: '', nothingSent: false }
  }
  return { do: 'ask' }
}
