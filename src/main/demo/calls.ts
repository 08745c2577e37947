// The telephone's part of the history: a call for every recharge by voice, and those that came to something else.

import { printSerial } from '../../domain/serial.ts'
import type { ReleaseCause } from '../../hotline/line.ts'
import { momentOf } from '../../hotline/local-time.ts'
import type { Outcome } from '../../hotline/outcome.ts'
import { createRandom, type Random } from '../../mis/simulator/random.ts'
import { daysBefore } from './calendar.ts'
import { telephone, weighted } from './demand.ts'
import {
  anotherCard,
  type Caller,
  type Dialogue,
  dialogues,
  inEnglish,
  recharge as rechargeDialogue,
} from './dialogues.ts'
import { type PlanRecharge, transactionSerialOf } from './recharges.ts'
import { nth, type Setting } from './setting.ts'
import { type CallStep, createTranscript } from './transcript.ts'

export interface PlanCall {
  callId: string
  caller: string | null
  trunk: string
  codec: string
  startMs: number
  endMs: number
  cause: ReleaseCause
  outcome: Outcome
  packets: number
  lost: number
  jitterMs: number
  steps: CallStep[]
}

export interface Pair {
  one: PlanRecharge
  next: PlanRecharge | null
}

/** Of the calls without an accepted recharge: how often each end comes. */
const others: readonly (readonly [Outcome, number])[] = [
  ['nothing', 6],
  ['menu', 20],
  ['recharge.begun', 13],
  ['threeTries', 5],
  ['locked', 1],
  ['system.error', 0.4],
  ['cardCheck.told', 10],
  ['payments.told', 7],
  ['bill.told', 17],
  ['recharge.cardRefused', 8],
  ['recharge.cardGood', 5],
  ['recharge.accountRefused', 4],
  ['recharge.readBack', 3],
  ['recharge.confirmed', 0.2],
  ['recharge.refused', 1],
]
const completed: ReadonlySet<Outcome> = new Set(['threeTries', 'bill.told', 'payments.told', 'cardCheck.told'])
const ringMs = 1_200
const lastWordsMs = 6_000
const firstDay = 5

/** Recharges by telephone in calls: one, or two of the same caller. Tells each recharge its call. */
export function pairCalls(setting: Setting, recharges: readonly PlanRecharge[]): Pair[] {
  const random = createRandom(setting.seed + 78)
  const pairs: Pair[] = []
  for (const [place, one] of recharges.entries()) {
    if (one.channel !== 'voice' || one.another) continue
    const next = recharges.slice(place + 1, place + 40).find(other => other.another && other.caller === one.caller)
    one.callId = uuid(random)
    if (next) next.callId = one.callId
    pairs.push({ one, next: next ?? null })
  }
  return pairs
}

/** All calls, one after the other: nobody needs all of their words at once. */
export function* callsOf(
  setting: Setting,
  pairs: readonly Pair[],
  recharges: readonly PlanRecharge[],
): Generator<PlanCall> {
  const random = createRandom(setting.seed + 77)
  for (const pair of pairs) yield rechargeCall(setting, random, pair)
  const ends = others.map(([outcome]) => outcome)
  const pickEnd = weighted(
    random,
    others.map(([, weight]) => weight),
  )
  for (let n = 0; n < setting.volume.calls - pairs.length; n += 1) {
    // Each end is there at least once.
    yield otherCall(setting, random, recharges, nth(ends, n < ends.length ? n : pickEnd()))
  }
}

function outcomeOf({ state, owed }: PlanRecharge): Outcome {
  if (owed) return 'recharge.owed'
  if (state === 'succeeded') return 'recharge.succeeded'
  return state === 'failed' ? 'recharge.failed' : 'recharge.pending'
}

function rechargeCall(setting: Setting, random: Random, { one, next }: Pair): PlanCall {
  const { calendar } = setting
  // Early in the day there may be no room for a whole call before now.
  const pace = calendar.dayOf(one.ms) < daysBefore ? 1 : 0.05
  const transcript = createTranscript(0, random.whole(100) < 70, pace)
  const outcome = outcomeOf(one)
  const dialogue: Dialogue = outcome === 'recharge.succeeded' ? rechargeDialogue : dialogues[outcome]
  dialogue(callerOf(setting, transcript, random, one))
  const firstSteps = transcript.steps.length
  if (next) anotherCard(callerOf(setting, transcript, random, next))
  const steps = [
    ...dated(transcript.steps.slice(0, firstSteps), one.ms),
    ...dated(transcript.steps.slice(firstSteps), next?.ms ?? 0),
  ]
  const startMs = (steps[0]?.ms ?? one.ms) - ringMs * pace
  const endMs = Math.min((steps.at(-1)?.ms ?? one.ms) + lastWordsMs * pace, calendar.nowMs)
  return ended(random, one.callId ?? '', one.caller, outcome, startMs, endMs, steps)
}

/** Moves steps in time so that the recharge among them is accepted at its moment. */
function dated(steps: readonly CallStep[], acceptedMs: number): CallStep[] {
  const accepted = steps.find(step => step.text.startsWith('recharge.accept '))
  return steps.map(step => ({ ...step, ms: step.ms + acceptedMs - (accepted?.ms ?? 0) }))
}

function callerOf(setting: Setting, transcript: Caller['transcript'], random: Random, one: PlanRecharge): Caller {
  const { number, faceValueFen, balanceFen, customer, reason } = one
  return {
    ...{ transcript, random, customer, faceValueFen, balanceFen, reason },
    serial: printSerial(setting.ledger.serial(number)),
    expiresOn: setting.ledger.card(number).expiresOn.replaceAll('-', ''),
    transactionSerial: transactionSerialOf(setting.code, one),
    usedAt: momentOf(new Date(one.ms), new Date(setting.calendar.nowMs)),
  }
}

function otherCall(setting: Setting, random: Random, recharges: readonly PlanRecharge[], outcome: Outcome): PlanCall {
  const { calendar } = setting
  const like = nth(recharges, random.whole(recharges.length))
  const day = Math.max(firstDay, calendar.dayOf(like.ms))
  const isToday = day === daysBefore
  const startMs = isToday ? like.ms : Math.min(like.ms + random.whole(7_200_000), calendar.at(day, 1_430))
  const transcript = createTranscript(startMs, random.whole(100) < 40, isToday ? 0.05 : 1)
  const dialogue: Dialogue = outcome === 'recharge.succeeded' ? rechargeDialogue : dialogues[outcome]
  const person = callerOf(setting, transcript, random, like)
  if (outcome !== 'nothing' && random.whole(100) === 0) inEnglish(person)
  dialogue(person)
  const caller = random.whole(50) === 0 ? null : telephone(random)
  const endMs = Math.min(transcript.ms() + 2_000, calendar.nowMs)
  return ended(random, uuid(random), caller, outcome, startMs, endMs, transcript.steps)
}

function ended(
  random: Random,
  callId: string,
  caller: string | null,
  outcome: Outcome,
  startMs: number,
  endMs: number,
  steps: CallStep[],
): PlanCall {
  const packets = Math.round((endMs - startMs) / 20)
  const chance = random.whole(200)
  const cut: ReleaseCause = chance === 0 ? 'network' : chance === 1 ? 'rtpTimeout' : 'caller'
  const byUs = completed.has(outcome) && (outcome === 'threeTries' || random.whole(3) === 0)
  const cause: ReleaseCause = outcome === 'recharge.confirmed' ? 'shutdown' : byUs ? 'completed' : cut
  return {
    ...{ callId, caller, outcome, startMs: Math.round(startMs), endMs: Math.round(endMs), steps, cause, packets },
    trunk: random.pick(['10.20.0.11', '10.20.0.12']),
    codec: random.whole(5) === 0 ? 'PCMU' : 'PCMA',
    lost: random.whole(10) === 0 ? random.whole(1 + packets / 100) : 0,
    jitterMs: 1 + random.whole(60) / 10,
  }
}

/** Of the usual form, from the seed. */
function uuid(random: Random): string {
  const hex = (digits: number) => Array.from({ length: digits }, () => random.whole(16).toString(16)).join('')
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`
}
