// How faults bend the handling of one message: what happens before it, after it, and to its answer.

import type { Operation } from '../wire/operations.ts'
import type { MisClock } from './clock.ts'
import type { Days } from './days.ts'
import type { Engine } from './engine.ts'
import type { Outcome } from './engine-types.ts'
import type { FaultPlan } from './fault-kinds.ts'
import { findPosted } from './posted.ts'
import type { Store } from './store.ts'

/** What becomes of the message. */
export type Fate =
  | { kind: 'answer'; outcome: Outcome }
  | { kind: 'silence' }
  | { kind: 'reset' }
  /** An answer of something in between, without signature. */
  | { kind: 'bare'; status: number }

export interface Handling {
  store: Store
  clock: MisClock
  days: Days
  engine: Engine
  /** Ends all waiting when the billing system stops. */
  signal: AbortSignal
  /** Ends the process as a power failure would; undefined where nobody would start it again. */
  kill: ((downMs: number) => Promise<never>) | undefined
}

export interface Message {
  op: Operation
  fields: unknown
  channelId: string
  accountNo: string | undefined
  serial: string | undefined
}

/** Codes that say "not done", whatever was asked. */
function codeInstead(plan: FaultPlan): string | undefined {
  if (plan.busy) return '1202'
  if (plan.replayReject) return '2003'
  if (plan.keyExpired) return '2002'
  if (plan.notSignedIn) return '2004'
  if (plan.refuse) return plan.refuse.code
  return plan.errorCode && !plan.errorCode.applied ? plan.errorCode.code : undefined
}

export async function handle(parts: Handling, message: Message, plan: FaultPlan): Promise<Fate> {
  const early = await before(parts, message, plan)
  if (early) return early
  const end =
    message.serial !== undefined && message.op !== 'queryPosting' ? parts.engine.begin(message.serial) : () => {}
  try {
    if (plan.slow?.stage === 'beforeApply') await parts.clock.wait(plan.slow.delayMs, parts.signal)
    return await after(parts, message, plan, await apply(parts, message, plan))
  } finally {
    end()
  }
}

async function before(parts: Handling, message: Message, plan: FaultPlan): Promise<Fate | undefined> {
  const { clock, signal, days } = parts
  if (plan.dropRequest) return { kind: 'silence' }
  if (plan.closeBefore) return { kind: 'reset' }
  if (plan.delayedDelivery) await clock.wait(plan.delayedDelivery.delayMs, signal)
  if (signal.aborted) return { kind: 'reset' }
  if (plan.dayCut) await days.cut()
  if (message.op === 'postRecharge') await changeBill(parts, message, plan)
  if (plan.httpStatus && !plan.httpStatus.applied) return { kind: 'bare', status: plan.httpStatus.status }
  if (plan.queryDown && message.op === 'queryPosting') return { kind: 'bare', status: 503 }
  const code = codeInstead(plan)
  return code ? { kind: 'answer', outcome: { code } } : undefined
}

async function apply(parts: Handling, message: Message, plan: FaultPlan): Promise<Outcome> {
  const { engine, kill, clock, signal } = parts
  const { op, fields, channelId } = message
  const beforeCommit = async () => {
    if (plan.restart?.at === 'beforeCommit' && kill) await kill(plan.restart.downMs)
  }
  const outcome = await engine.run(op, fields, { channelId, beforeCommit })
  if (plan.restart?.at === 'afterCommit' && kill) await kill(plan.restart.downMs)
  if (plan.duplicateDelivery) {
    const again = clock
      .wait(plan.duplicateDelivery.delayMs, signal)
      .then(() => (signal.aborted ? undefined : engine.run(op, fields, { channelId, beforeCommit: async () => {} })))
    // Nobody waits for the answer to a message that was delivered twice; at delay 0 it is handled before the first answer.
    if (plan.duplicateDelivery.delayMs === 0) await again
    else again.catch(() => {})
  }
  return outcome
}

async function after(parts: Handling, message: Message, plan: FaultPlan, outcome: Outcome): Promise<Fate> {
  if (plan.slow?.stage === 'afterApply') await parts.clock.wait(plan.slow.delayMs, parts.signal)
  if (message.op !== 'postRecharge') await changeBill(parts, message, plan)
  if (plan.dropReply) return { kind: 'silence' }
  if (plan.closeAfter) return { kind: 'reset' }
  if (plan.httpStatus) return { kind: 'bare', status: plan.httpStatus.status }
  if (plan.errorCode) return { kind: 'answer', outcome: { code: plan.errorCode.code } }
  return { kind: 'answer', outcome: await lie(parts, message, plan, outcome) }
}

/** A posted serial denied for a while after it was posted. */
async function lie(parts: Handling, message: Message, plan: FaultPlan, outcome: Outcome): Promise<Outcome> {
  const { queryLies } = plan
  if (!queryLies || message.op !== 'queryPosting' || message.serial === undefined || !outcome.data) return outcome
  const posted = await findPosted(parts.store.money, message.serial)
  if (!posted || parts.clock.now() >= posted.posted_ms + queryLies.ms) return outcome
  const { serial, accountNo, amountFen } = outcome.data
  return { code: '0000', data: { postingState: queryLies.state, serial, accountNo, amountFen } }
}

async function changeBill(parts: Handling, message: Message, plan: FaultPlan): Promise<void> {
  if (!plan.billChange) return
  const { accountNo = message.accountNo, deltaFen } = plan.billChange
  await parts.store.money.query(
    `update bill set amount_fen = greatest(paid_fen, amount_fen + $2) where bill_id = (
       select bill_id from bill where account_no = $1 and amount_fen > paid_fen order by month desc, bill_id desc limit 1
     )`,
    [accountNo, deltaFen],
  )
}
