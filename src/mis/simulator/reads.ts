// The questions without effect: account, bills, payment history, totals of a day.

import { mostBillLines, mostPaymentLines } from '../wire/answers.ts'
import type { RequestOf } from '../wire/requests.ts'
import { acceptanceOf } from './acceptance.ts'
import { type OpenAccount, openAccountColumns } from './account-read.ts'
import { type Asked, accepted, type Outcome } from './engine-types.ts'

const statusNames: Readonly<Record<string, string>> = { N: 'normal', C: 'closed', L: 'locked', K: 'cardMeter' }

export async function findAccount({ store }: Asked, request: RequestOf<'findAccount'>): Promise<Outcome> {
  const { rows } = await store.notes.query<OpenAccount>(
    `select ${openAccountColumns} from account a where a.account_no = $1`,
    [request.accountNo],
  )
  const [account] = rows
  if (!account) return { code: '1101' }
  return accepted({
    accountNo: account.account_no,
    name: account.name,
    address: account.address,
    orgCode: account.org_code,
    orgName: account.org_name,
    status: statusNames[account.status],
    balanceFen: account.balance_fen,
    dueFen: account.due_fen,
    lateFeeFen: account.late_fee_fen,
    disconnected: account.disconnected,
    acceptance: acceptanceOf(account, account.due_fen + account.late_fee_fen),
  })
}

interface BillRow {
  billId: string
  month: string
  amountFen: number
  lateFeeFen: number
  energy: number
  status: string
}

/** Unpaid bills; with a span of months also the paid ones in it. */
export async function billsDue({ store }: Asked, request: RequestOf<'billsDue'>): Promise<Outcome> {
  const { accountNo, fromMonth, toMonth, page } = request
  const totals = await store.notes.query<OpenAccount>(
    `select ${openAccountColumns} from account a where a.account_no = $1`,
    [accountNo],
  )
  const [account] = totals.rows
  if (!account) return { code: '1101' }
  const { rows } = await store.notes.query<BillRow>(
    `select bill_id as "billId", month, amount_fen - paid_fen as "amountFen",
       late_fee_fen - late_fee_paid_fen as "lateFeeFen", energy,
       case when amount_fen = paid_fen and late_fee_fen = late_fee_paid_fen then 'paid' else 'due' end as status
     from bill where account_no = $1 and month between $2 and $3
       and ($4 or amount_fen > paid_fen or late_fee_fen > late_fee_paid_fen)
     order by month, bill_id limit $5 offset $6`,
    [
      ...[accountNo, fromMonth ?? '000000', toMonth ?? '999999', fromMonth !== undefined || toMonth !== undefined],
      ...[mostBillLines + 1, (page - 1) * mostBillLines],
    ],
  )
  return accepted({
    totalDueFen: account.due_fen,
    totalLateFeeFen: account.late_fee_fen,
    lines: rows.slice(0, mostBillLines),
    hasMore: rows.length > mostBillLines,
  })
}

interface PaymentRow {
  date: string
  time: string
  amountFen: number
  kind: string
  misRef: string
  serial: string | null
}

/** Newest first. The serial is told to the channel it came from alone. */
export async function paymentHistory(
  { store, channelId }: Asked,
  request: RequestOf<'paymentHistory'>,
): Promise<Outcome> {
  const { accountNo, fromDate, toDate, page } = request
  const known = await store.notes.query('select from account where account_no = $1', [accountNo])
  if (known.rowCount === 0) return { code: '1101' }
  const { rows } = await store.notes.query<PaymentRow>(
    `select left(posted_at, 8) as date, substr(posted_at, 9, 6) as time, amount_fen as "amountFen", kind,
       mis_ref as "misRef", case when channel_id = $2 then serial end as serial
     from payment where account_no = $1 and left(posted_at, 8) between $3 and $4
     order by posted_at desc, payment_id desc limit $5 offset $6`,
    [
      ...[accountNo, channelId, fromDate ?? '00000000', toDate ?? '99999999'],
      ...[mostPaymentLines + 1, (page - 1) * mostPaymentLines],
    ],
  )
  const lines = rows
    .slice(0, mostPaymentLines)
    .map(({ serial, ...line }) => (serial === null ? line : { ...line, serial }))
  return accepted({ lines, hasMore: rows.length > mostPaymentLines })
}

interface TotalsRow {
  postedCount: number
  postedFen: number
  reversedCount: number
  reversedFen: number
}

/** Gross: a posting reversed the same day counts in both. */
export async function dayTotals(asked: Asked, request: RequestOf<'dayTotals'>): Promise<Outcome> {
  const { rows } = await asked.store.notes.query<TotalsRow>(
    `select p.n as "postedCount", p.fen as "postedFen", r.n as "reversedCount", r.fen as "reversedFen"
     from (select count(*) as n, coalesce(sum(amount_fen), 0)::bigint as fen from payment
           where settle_date = $1 and channel_id = $2 and serial is not null) p,
          (select count(*) as n, coalesce(sum(amount_fen), 0)::bigint as fen from reversal
           where settle_date = $1 and channel_id = $2) r`,
    [request.acctDate, asked.channelId],
  )
  return accepted({ acctDate: request.acctDate, ...rows[0], dayState: asked.days.stateOf(request.acctDate) })
}
