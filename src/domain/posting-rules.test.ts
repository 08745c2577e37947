// The rules of exactly-once, one history of attempts after another, and a search for a history that breaks them.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PostedAnswer } from '../mis/connector.ts'
import { type AttemptFact, type AttemptOutcome, judge, type RuleSettings } from './posting-rules.ts'

const posted: PostedAnswer = { transactionSerial: '1', misRef: 'M', settleDate: '20260101', postedAt: '', notices: [] }
const accepted: AttemptOutcome = { class: 'accepted', posted }
const timeout: AttemptOutcome = { class: 'unknown', cause: 'timeout' }
const notSent: AttemptOutcome = { class: 'refused', reason: 'misDown', code: '', stage: 'notSent' }
const locked: AttemptOutcome = { class: 'refused', reason: 'accountLocked', code: '1103', stage: 'answered' }
const busy: AttemptOutcome = { class: 'refused', reason: 'busyNotProcessed', code: '1202', stage: 'answered' }
const state = (postingState: 'inProgress' | 'notFound' | 'closed'): AttemptOutcome => ({ class: 'state', postingState })
const refusedState: AttemptOutcome = { class: 'state', postingState: 'refused', reason: 'billing', code: '1110' }
const postedState: AttemptOutcome = { class: 'state', postingState: 'posted', posted }

const inflightMaxMs = 120_000
const rules = (dedup: RuleSettings['capabilities']['dedup'], notFoundIsFinal: boolean): RuleSettings => ({
  capabilities: { dedup, notFoundIsFinal },
  inflightMaxMs,
})
const sticky = rules('sticky', true)
const poor = rules('none', false)

let counted = 0
const at = (message: AttemptFact['message'], startedAtMs: number, outcome: AttemptOutcome | null): AttemptFact => ({
  attemptNo: ++counted,
  message,
  startedAtMs,
  outcome,
})
const post = (outcome: AttemptOutcome | null, ms = 0) => at('post', ms, outcome)
const query = (outcome: AttemptOutcome | null, ms = 5_000) => at('query', ms, outcome)
const late = inflightMaxMs + 1

describe('what follows from the attempts so far', () => {
  it.each<[string, AttemptFact[], RuleSettings, string]>([
    ['never sent', [], sticky, 'send'],
    ['accepted', [post(accepted)], sticky, 'succeed'],
    ['a query says posted', [post(timeout), query(postedState)], sticky, 'succeed'],
    ['accepted by one, silence heard by another', [post(accepted), query(timeout)], poor, 'succeed'],
    ['not sent, nothing before', [post(notSent)], poor, 'fail'],
    ['not sent after a silence', [post(timeout), query(state('notFound')), post(notSent, 6_000)], sticky, 'ask'],
    ['refused, the only attempt', [post(locked)], poor, 'fail'],
    ['refused after a silence, first outcome sticks', [post(timeout), post(locked, 1)], sticky, 'fail'],
    ['busy after a silence says nothing of the first', [post(timeout), post(busy, 1)], sticky, 'ask'],
    ['refused after a silence, nothing sticks', [post(timeout), post(locked, 1)], poor, 'ask'],
    ['silence', [post(timeout)], sticky, 'ask'],
    ['crashed while sending', [post(null)], sticky, 'ask'],
    ['notFound, repeatable', [post(timeout), query(state('notFound'))], sticky, 'send'],
    ['notFound, not repeatable', [post(timeout), query(state('notFound'))], rules('none', true), 'ask'],
    [
      'notFound after every life, expiry enforced',
      [post(timeout), query(state('notFound'), late)],
      rules('none', true),
      'fail',
    ],
    ['notFound after every life, expiry not enforced', [post(timeout), query(state('notFound'), late)], poor, 'ask'],
    [
      'a fourth send is never made',
      [post(timeout), post(timeout), post(timeout), query(state('notFound'))],
      sticky,
      'ask',
    ],
    ['in progress', [post(timeout), query(state('inProgress'), late)], sticky, 'ask'],
    ['closed', [post(timeout), query(state('closed'))], poor, 'fail'],
    ['a query says refused, first outcome sticks', [post(timeout), query(refusedState)], sticky, 'fail'],
    ['a query says refused early, nothing sticks', [post(timeout), query(refusedState)], poor, 'ask'],
    ['a query says refused after every life', [post(timeout), query(refusedState, late)], poor, 'fail'],
    ['the query itself was refused', [post(timeout), query(locked)], sticky, 'ask'],
  ])('%s', (_name, attempts, settings, verdict) => {
    expect(judge(attempts, settings).do).toBe(verdict)
  })
})

/**
 * A billing system of the declared kind, imitated message by message; the judge must never free a card whose money
 * arrived or still can, and never make it arrive twice.
 */
function imitate(
  dedup: 'sticky' | 'acceptedOnly' | 'none',
  dice: readonly number[],
): { payments: number; verdict: string } {
  const settings = rules(dedup, true)
  const attempts: AttemptFact[] = []
  const onTheRoad: number[] = []
  let memory = 'nothing' as 'nothing' | 'posted' | 'refused'
  let payments = 0
  let nowMs = 0
  const arrive = (accepts: boolean) => {
    if (memory === 'posted' && dedup !== 'none') return accepted
    if (memory === 'refused' && dedup === 'sticky') return locked
    memory = accepts ? 'posted' : 'refused'
    if (accepts) payments += 1
    return accepts ? accepted : locked
  }
  for (const roll of dice) {
    nowMs += (roll % 7) * 10_000
    // Expiry is enforced: what is older than a message's life is refused unread.
    while (onTheRoad[0] !== undefined && onTheRoad[0] < nowMs - inflightMaxMs) onTheRoad.shift()
    if (roll % 3 === 0 && onTheRoad.shift() !== undefined) arrive(roll % 2 === 0)
    const verdict = judge(attempts, settings)
    if (verdict.do === 'succeed' || verdict.do === 'fail') {
      while (onTheRoad.shift() !== undefined) arrive(true)
      return { payments, verdict: verdict.do }
    }
    if (verdict.do === 'ask') {
      const found = memory === 'posted' ? postedState : memory === 'refused' ? refusedState : state('notFound')
      attempts.push(query(roll % 4 === 0 ? timeout : found, nowMs))
    } else if (roll % 5 === 0) attempts.push(post(notSent, nowMs))
    else if (roll % 5 === 1) attempts.push(post(timeout, nowMs))
    else if (roll % 5 === 2) {
      onTheRoad.push(nowMs)
      attempts.push(post(timeout, nowMs))
    } else {
      const answer = arrive(roll % 2 === 0)
      attempts.push(post(roll % 11 === 0 ? timeout : answer, nowMs))
    }
  }
  return { payments, verdict: 'open' }
}

describe('over random histories', () => {
  it.each(['sticky', 'acceptedOnly', 'none'] as const)(
    'pays once where it says success, and never where it frees (%s)',
    dedup => {
      fc.assert(
        fc.property(fc.array(fc.nat(10_000), { maxLength: 60 }), dice => {
          const { payments, verdict } = imitate(dedup, dice)
          if (verdict === 'succeed') expect(payments).toBe(1)
          if (verdict === 'fail') expect(payments).toBe(0)
        }),
        { numRuns: 5_000 },
      )
    },
  )
})
