// Postings and their attempts: leases, what each answer is kept as, and what follows from it for recharge and card.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import type { Capabilities, FrozenPosting } from '../mis/connector.ts'
import { type AttemptFact, type AttemptOutcome, judge, type Verdict } from './posting-rules.ts'
import { doubtRecharge, failRecharge, oweRecharge, type RechargeNow, rechargeNow, succeedRecharge } from './recharge.ts'

export interface BegunAttempt {
  attemptNo: number
  startedAt: Date
  /** Null for a query. */
  expiresAt: Date | null
  posting: FrozenPosting
}

export interface BeginItem {
  countyId: number
  transactionSerial: string
  leaseToken: number
  message: 'post' | 'query' | 'close'
  /** The billing system's date as last heard; used only by the first attempt, which freezes it. yyyymmdd. */
  acctDate: string
}

/** Commits the start of messages before a byte is written (R3); null where the lease is lost (R4). */
export async function beginAttempts(
  tx: Tx,
  items: readonly BeginItem[],
  settings: { node: string; expiresAfterMs: number },
): Promise<(BegunAttempt | null)[]> {
  const asJson = items.map(({ countyId, ...rest }) => ({ county: countyId, ...rest }))
  const { rows } = await sql<{
    place: number
    code: string
    attemptNo: number
    acctDate: string
    startedAt: Date
    expiresAt: Date | null
    accountNo: string
    amountFen: number
    cardTail: string
    channel: FrozenPosting['channelKind']
  }>`select * from begin_attempts(${JSON.stringify(asJson)}::jsonb, ${settings.node}, ${`${settings.expiresAfterMs} milliseconds`}::interval)`.execute(
    tx,
  )
  const byPlace = new Map(rows.map(row => [row.place, row]))
  return items.map((item, place) => {
    const row = byPlace.get(place + 1)
    if (row?.code !== 'ok') return null
    const { attemptNo, startedAt, expiresAt, accountNo, amountFen, acctDate, cardTail, channel } = row
    const posting = {
      transactionSerial: item.transactionSerial,
      accountNo,
      amountFen,
      acctDate,
      cardTail,
      channelKind: channel,
    }
    return { attemptNo, startedAt, expiresAt, posting }
  })
}

export interface HeardOutcome {
  countyId: number
  transactionSerial: string
  attemptNo: number
  leaseToken: number
  outcome: AttemptOutcome
}

export interface SettleSettings {
  capabilities: Capabilities
  inflightMaxMs: number
  /** When to look again, by the number of attempts so far. */
  schedule: readonly number[]
  /** The county accepts and posts later while the billing system is down; only for accounts it knows. */
  oweWhenNothingSent: boolean
}

/** `lateAcceptance`: the money arrived after the card was freed (R8). `stale`: a refusal or silence heard without the lease. */
export type Settlement = 'succeeded' | 'failed' | 'doubtful' | 'owed' | 'lateAcceptance' | 'stale'

export interface Settled {
  settlement: Settlement
  /** What the sender should do next while it has the lease. */
  next: 'nothing' | 'send' | 'ask'
  reason: string | null
}

/** Keeps what was heard with its attempt and draws the consequence, under the task's lock, in one transaction. */
export async function settlePosting(tx: Tx, heard: HeardOutcome, settings: SettleSettings): Promise<Settled> {
  const { countyId, transactionSerial } = heard
  const posting = await tx
    .selectFrom('posting')
    .select('rechargeId')
    .where('countyId', '=', countyId)
    .where('transactionSerial', '=', transactionSerial)
    .executeTakeFirstOrThrow()
  const task = await lockTask(tx, countyId, transactionSerial)
  const kept = await keepOutcome(tx, heard)
  const recharge = await rechargeNow(tx, countyId, posting.rechargeId)
  const attempts = await attemptsOf(tx, countyId, transactionSerial)
  // An answer that came after its attempt was given up still counts when it says that the money arrived (R4, R8).
  const late: AttemptFact[] = kept
    ? []
    : [{ attemptNo: heard.attemptNo, message: 'post', startedAtMs: 0, outcome: heard.outcome }]
  const verdict = judge(heard.outcome.class === 'accepted' ? [...attempts, ...late] : attempts, settings)
  if (verdict.do === 'succeed') return accept(tx, heard, recharge, verdict, task !== null)
  if (!task || task.leaseToken !== heard.leaseToken) {
    return { settlement: 'stale', next: 'nothing', reason: null }
  }
  if (verdict.do === 'fail') return end(tx, heard, recharge, verdict, settings)
  await doubtRecharge(tx, recharge, heard.outcome.class === 'unknown' ? heard.outcome.cause : 'notSettled')
  await lookAgain(tx, heard, settings.schedule, attempts.length)
  await noteConflict(tx, heard)
  const settlement = recharge.owed ? 'owed' : 'doubtful'
  return { settlement, next: verdict.do, reason: null }
}

/** Writes the outcome with its attempt; false when the attempt had ended before. */
async function keepOutcome(tx: Tx, heard: HeardOutcome): Promise<boolean> {
  const kept = await tx
    .updateTable('postingAttempt')
    .set({ outcome: JSON.stringify(heard.outcome), endedAt: sql<Date>`clock_timestamp()` })
    .where('countyId', '=', heard.countyId)
    .where('transactionSerial', '=', heard.transactionSerial)
    .where('attemptNo', '=', heard.attemptNo)
    .where('outcome', 'is', null)
    .returning('attemptNo')
    .executeTakeFirst()
  return kept !== undefined
}

async function lockTask(tx: Tx, countyId: number, transactionSerial: string) {
  const task = await tx
    .selectFrom('postingTask')
    .select('leaseToken')
    .where('countyId', '=', countyId)
    .where('transactionSerial', '=', transactionSerial)
    .forUpdate()
    .executeTakeFirst()
  return task ?? null
}

/** All attempts in order, as the rules read them. */
export async function attemptsOf(tx: Tx, countyId: number, transactionSerial: string): Promise<AttemptFact[]> {
  const { rows } = await sql<AttemptFact>`
    select attempt_no, message, extract(epoch from started_at)::float8 * 1000 as started_at_ms, outcome
    from posting_attempt where county_id = ${countyId} and transaction_serial = ${transactionSerial} order by attempt_no`.execute(
    tx,
  )
  return rows
}

/** An acceptance settles the recharge whoever heard it (R4); when the card was freed before, it is an incident (R8). */
async function accept(
  tx: Tx,
  heard: HeardOutcome,
  recharge: RechargeNow,
  verdict: Extract<Verdict, { do: 'succeed' }>,
  open: boolean,
): Promise<Settled> {
  if (recharge.state === 'succeeded') return { settlement: 'succeeded', next: 'nothing', reason: null }
  if (recharge.state === 'failed' || !open) {
    await openIncident(tx, heard, recharge.rechargeId, 'LATE_ACCEPT', { misRef: verdict.posted.misRef })
    return { settlement: 'lateAcceptance', next: 'nothing', reason: 'LATE_ACCEPT' }
  }
  await succeedRecharge(tx, recharge, verdict.posted)
  await endPosting(tx, heard, 'accepted', {
    misRef: verdict.posted.misRef,
    settleDate: verdict.posted.settleDate,
    details: verdict.posted,
  })
  if (verdict.reversed) await openIncident(tx, heard, recharge.rechargeId, 'REVERSED_ELSEWHERE', {})
  return { settlement: 'succeeded', next: 'nothing', reason: null }
}

/** Reasons for which an owed posting, once refused, is posted again under its own new serial (R11). */
const passing: ReadonlySet<string> = new Set(['accountLocked', 'billing', 'billChanged', 'dayClosed'])

async function end(
  tx: Tx,
  heard: HeardOutcome,
  recharge: RechargeNow,
  verdict: Extract<Verdict, { do: 'fail' }>,
  settings: SettleSettings,
): Promise<Settled> {
  const nothingArrived = verdict.nothingSent || verdict.reason === 'dayClosed' || verdict.reason === 'busyNotProcessed'
  if (
    nothingArrived &&
    (recharge.owed ||
      (settings.oweWhenNothingSent && recharge.state === 'initial' && (await accountKnown(tx, recharge))))
  ) {
    if (!recharge.owed) await oweRecharge(tx, recharge, verdict.reason)
    await lookAgain(tx, heard, settings.schedule, heard.attemptNo)
    return { settlement: 'owed', next: 'nothing', reason: verdict.reason }
  }
  const outcome =
    verdict.reason === 'closed' ? 'closed' : verdict.reason === 'neverArrived' ? 'neverArrived' : 'refused'
  await endPosting(tx, heard, outcome, { details: { reason: verdict.reason, code: verdict.code } })
  if (recharge.owed) {
    if (passing.has(verdict.reason)) await succeedingPosting(tx, heard, settings.schedule)
    else await openIncident(tx, heard, recharge.rechargeId, 'OWED_REFUSED', { reason: verdict.reason })
    return { settlement: 'owed', next: 'nothing', reason: verdict.reason }
  }
  await failRecharge(tx, recharge, verdict.reason)
  return { settlement: 'failed', next: 'nothing', reason: verdict.reason }
}

/** An account recharged with success within twelve months is known without asking. */
async function accountKnown(tx: Tx, recharge: RechargeNow): Promise<boolean> {
  const { rows } = await sql`
    select from known_account where county_id = ${recharge.countyId} and account_no = ${recharge.accountNo}
      and known_at > now() - interval '12 months'`.execute(tx)
  return rows.length > 0
}

async function endPosting(
  tx: Tx,
  heard: HeardOutcome,
  outcome: 'accepted' | 'refused' | 'closed' | 'neverArrived',
  more: { misRef?: string; settleDate?: string; details: unknown },
): Promise<void> {
  const { countyId, transactionSerial } = heard
  await tx
    .insertInto('postingEnd')
    .values({
      countyId,
      transactionSerial,
      outcome,
      misRef: more.misRef ?? null,
      settleDate: more.settleDate ?? null,
      details: JSON.stringify(more.details),
    })
    .execute()
  await tx
    .deleteFrom('postingTask')
    .where('countyId', '=', countyId)
    .where('transactionSerial', '=', transactionSerial)
    .execute()
}

async function lookAgain(tx: Tx, heard: HeardOutcome, schedule: readonly number[], attempts: number): Promise<void> {
  const waitMs = schedule[Math.min(attempts, schedule.length) - 1] ?? schedule.at(-1) ?? 1_000
  await tx
    .updateTable('postingTask')
    .set({ nextAt: sql<Date>`clock_timestamp() + ${`${waitMs} milliseconds`}::interval` })
    .where('countyId', '=', heard.countyId)
    .where('transactionSerial', '=', heard.transactionSerial)
    .execute()
}

/** A serial that the billing system knows with other content is an alarm, never a refusal (R10). */
async function noteConflict(tx: Tx, heard: HeardOutcome): Promise<void> {
  if (heard.outcome.class !== 'unknown') return
  if (heard.outcome.cause !== 'serialConflict' && heard.outcome.cause !== 'mismatch') return
  await openIncident(tx, heard, null, heard.outcome.cause === 'mismatch' ? 'MISMATCH' : 'SERIAL_CONFLICT', {})
}

async function openIncident(
  tx: Tx,
  heard: HeardOutcome,
  rechargeId: number | null,
  kind: string,
  details: unknown,
): Promise<void> {
  const { countyId, transactionSerial } = heard
  await tx
    .insertInto('incident')
    .values({ countyId, kind, rechargeId, transactionSerial, details: JSON.stringify(details) })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}

/** The next posting of an owed recharge, with its own serial and date. */
async function succeedingPosting(tx: Tx, heard: HeardOutcome, schedule: readonly number[]): Promise<void> {
  const waitMs = schedule.at(-1) ?? 1_000
  await sql`
    with fresh as (
      insert into posting (county_id, transaction_serial, recharge_id, generation, account_no, amount_fen, card_tail, channel)
      select p.county_id, c.code || to_char(clock_timestamp() at time zone 'Asia/Shanghai', 'YYYYMMDD') || lpad(nextval('transaction_sequence')::text, 10, '0'),
        p.recharge_id, p.generation + 1, p.account_no, p.amount_fen, p.card_tail, p.channel
      from posting p join county c using (county_id)
      where p.county_id = ${heard.countyId} and p.transaction_serial = ${heard.transactionSerial}
      returning county_id, transaction_serial, recharge_id)
    insert into posting_task (county_id, transaction_serial, recharge_id, lease_until, next_at)
    select county_id, transaction_serial, recharge_id, clock_timestamp(), clock_timestamp() + ${`${waitMs} milliseconds`}::interval from fresh`.execute(
    tx,
  )
}

export interface LeasedTask {
  countyId: number
  transactionSerial: string
  leaseToken: number
}

/** Takes over tasks that are due and whose lease ran out, by the database's clock. */
export async function leaseDueTasks(tx: Tx, node: string, leaseMs: number, most: number): Promise<LeasedTask[]> {
  const { rows } = await sql<LeasedTask>`
    update posting_task t set lease_node = ${node}, lease_token = t.lease_token + 1,
      lease_until = clock_timestamp() + ${`${leaseMs} milliseconds`}::interval
    from (
      select county_id, transaction_serial from posting_task
      where next_at <= clock_timestamp() and lease_until <= clock_timestamp()
      order by next_at limit ${most} for update skip locked) due
    where t.county_id = due.county_id and t.transaction_serial = due.transaction_serial
    returning t.county_id, t.transaction_serial, t.lease_token`.execute(tx)
  return rows
}

/** Gives a lease back, so that the next look need not wait for it to run out. */
export async function releaseTask(tx: Tx, task: LeasedTask): Promise<void> {
  await sql`
    update posting_task set lease_until = clock_timestamp(), lease_node = null
    where county_id = ${task.countyId} and transaction_serial = ${task.transactionSerial} and lease_token = ${task.leaseToken}`.execute(
    tx,
  )
}
