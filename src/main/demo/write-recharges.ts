// Recharges with their events, postings and uses; what follows from them is worked out in the database.

import type { CopyValue } from '../../kernel/copy.ts'
import { plainDate } from './calendar.ts'
import type { Plan } from './plan.ts'
import { misRefOf, type PlanRecharge, refusals, transactionSerialOf } from './recharges.ts'
import { copyOf, instant, type Writer } from './write.ts'

/** Doubtful recharges of the demonstration are left to people for so long; then they would be asked for again. */
const askAgainAfter = '30 days'

export async function writeRecharges(writer: Writer, plan: Plan): Promise<void> {
  const { setting, recharges } = plan
  const { countyId, code, ledger } = setting
  const write = (table: string, columns: string, rows: readonly (readonly CopyValue[])[]) =>
    copyOf(writer, plan, table, columns, rows)
  const serialOf = (one: PlanRecharge) => transactionSerialOf(code, one)
  await write(
    'recharge',
    'recharge_id serial batch_id face_value_fen from_state holder_id account_no channel caller call_id accepted_at',
    recharges.map(one => [
      ...[one.rechargeId, ledger.serial(one.number), one.batch.documentId, one.faceValueFen, one.from.state],
      ...[one.from.holderId, one.customer.accountNo, one.channel, one.caller, one.callId, instant(one.ms)],
    ]),
  )
  await write('recharge_event', 'recharge_id event_no state owed at details', recharges.flatMap(eventsOf))
  await write(
    'card_use',
    'serial recharge_id held_at stamped_at',
    recharges
      .filter(one => one.state !== 'failed')
      .map(one => [
        ...[ledger.serial(one.number), one.rechargeId, instant(one.ms)],
        one.state === 'succeeded' ? instant(one.stampedMs) : null,
      ]),
  )
  await write(
    'posting',
    'transaction_serial recharge_id account_no amount_fen card_tail channel created_at',
    recharges.map(one => [
      ...[serialOf(one), one.rechargeId, one.customer.accountNo, one.faceValueFen],
      ...[String(ledger.serial(one.number) % 10_000).padStart(4, '0'), one.channel, instant(one.ms)],
    ]),
  )
  await write(
    'posting_end',
    'transaction_serial outcome mis_ref settle_date details at',
    recharges
      .filter(one => one.state !== 'doubtful')
      .map(one => [
        ...(one.state === 'succeeded'
          ? [serialOf(one), 'accepted', misRefOf(one.rechargeId), plainDate(one.settledMs), postedOf(one)]
          : [serialOf(one), 'refused', null, null, { reason: one.reason, code: codeOf(one.reason) }]),
        instant(one.settledMs),
      ]),
  )
  const doubtful = recharges.filter(one => one.state === 'doubtful')
  await write(
    'posting_attempt',
    'transaction_serial attempt_no message acct_date node lease_token started_at expires_at ended_at outcome',
    doubtful.map(one => [
      ...[serialOf(one), 1, 'post', plainDate(one.ms), writer.node, 1, instant(one.ms), instant(one.ms + 60_000)],
      ...[instant(one.settledMs), { class: 'unknown', cause: one.reason }],
    ]),
  )
  await writer.client.query(
    `insert into posting_task (county_id, transaction_serial, recharge_id, lease_token, lease_until, next_at)
     select county_id, transaction_serial, recharge_id, 1, now(), now() + $2::interval
     from posting where county_id = $1 and transaction_serial = any($3)`,
    [countyId, askAgainAfter, doubtful.map(serialOf)],
  )
  await writer.client.query(
    `insert into account_day (county_id, account_no, day, accepted_count)
     select county_id, account_no, (accepted_at at time zone 'Asia/Shanghai')::date, count(*)
     from recharge_now where county_id = $1 and state <> 'failed' group by 1, 2, 3`,
    [countyId],
  )
  await writer.client.query(
    `insert into known_account (county_id, account_no, known_at)
     select county_id, account_no, max(state_at) from recharge_now where county_id = $1 and state = 'succeeded' group by 1, 2`,
    [countyId],
  )
}

function eventsOf(one: PlanRecharge): CopyValue[][] {
  const events: [string, boolean, number, object][] = [['initial', false, one.ms, {}]]
  if (one.owed) events.push(['initial', true, one.stampedMs, { reason: 'misDown' }])
  if (one.state === 'failed') events.push(['failed', false, one.settledMs, { reason: one.reason }])
  if (one.state === 'doubtful') events.push(['doubtful', false, one.settledMs, { cause: one.reason }])
  if (one.state === 'succeeded') {
    const { misRef, settleDate, balanceFen, notices } = postedOf(one)
    events.push(['succeeded', false, one.settledMs, { misRef, settleDate, balanceFen, notices }])
  }
  return events.map(([state, owed, ms, details], place) => [
    one.rechargeId,
    place + 1,
    state,
    owed,
    instant(ms),
    details,
  ])
}

function postedOf({ rechargeId, settledMs, balanceFen, faceValueFen, customer }: PlanRecharge) {
  return {
    misRef: misRefOf(rechargeId),
    settleDate: plainDate(settledMs),
    accountNo: customer.accountNo,
    amountFen: faceValueFen,
    balanceFen,
    notices: [],
  }
}

const codeOf = (reason: string | null) => refusals.find(([name]) => name === reason)?.[1] ?? ''
