// Carries a confirmed recharge through, whether the caller stays or not: accepts it, sends it, and keeps what became of it.
//
// Nothing here throws: from the moment an accept may have been committed, what is not known is pending and never failed.

import { Refusal } from '../../kernel/refusal.ts'
import type { Call } from '../call.ts'
import type { Outcome } from '../outcome.ts'

type Accepted = Awaited<ReturnType<Call['api']['recharge']['accept']>>
type Posted = Awaited<ReturnType<Call['api']['recharge']['post']>>

export type Submitted =
  /** Accepted, and the billing system was asked: what the caller may be told of it. */
  | ({ result: 'posted' } & Posted)
  /** Refused before anything was held; the code says why. */
  | { result: 'refused'; code: string }
  /** Accepted, or perhaps accepted; nothing more is known. */
  | { result: 'pending' }

export interface Order {
  serial: string
  pin: string
  accountNo: string
  /** Makes a repeat of the accept the same recharge. */
  key: string
}

export async function submit(call: Call, order: Order): Promise<Submitted> {
  call.reached('recharge.confirmed')
  const accepted = await accept(call, order)
  const submitted = 'result' in accepted ? accepted : await post(call, accepted)
  call.noteAnswer(wordsOf(submitted))
  call.reached(outcomeOf(submitted))
  return submitted
}

/** Asks a second time, with the same key, when the first try neither succeeded nor was refused. */
async function accept(call: Call, { key, ...card }: Order): Promise<Accepted | Submitted> {
  const { caller, callId, engine } = call.facts
  const channel = engine === 'browser' ? ('web' as const) : ('voice' as const)
  const input = { ...card, channel, caller, callId }
  for (let tries = 1; ; tries += 1) {
    try {
      const accepted = await call.api.recharge.accept(input, { key })
      call.noteAnswer(`recharge.accept ${accepted.transactionSerial}`)
      return accepted
    } catch (error) {
      if (error instanceof Refusal) return { result: 'refused', code: error.code }
      call.log.error({ err: error, tries }, 'whether a recharge was accepted is not known')
      if (tries === 2) return { result: 'pending' }
    }
  }
}

async function post(call: Call, { transactionSerial, leaseToken }: Accepted): Promise<Submitted> {
  try {
    const budgetMs = call.times.callerPostBudgetMs
    const posted = await call.api.recharge.post({ transactionSerial, leaseToken, budgetMs })
    return { result: 'posted', ...posted }
  } catch (error) {
    call.log.error({ err: error, transactionSerial }, 'what became of a recharge is not known yet')
    return { result: 'pending' }
  }
}

function wordsOf(submitted: Submitted): string {
  if (submitted.result === 'pending') return 'recharge pending'
  if (submitted.result === 'refused') return `recharge.accept refused ${submitted.code}`
  return ['recharge.post', submitted.settlement, submitted.reason].filter(Boolean).join(' ')
}

function outcomeOf(submitted: Submitted): Outcome {
  if (submitted.result === 'pending') return 'recharge.pending'
  if (submitted.result === 'refused') return 'recharge.refused'
  switch (submitted.settlement) {
    case 'succeeded':
      return 'recharge.succeeded'
    case 'owed':
      return 'recharge.owed'
    case 'failed':
      return 'recharge.failed'
    case 'doubtful':
    case 'stale':
    case 'lateAcceptance':
      return 'recharge.pending'
  }
}
