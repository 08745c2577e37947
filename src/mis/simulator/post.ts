// Posting a recharge: money, payment row and memo of the serial in one transaction.

import type { PostingItem, RequestOf } from '../wire/requests.ts'
import { daysBetween, instantOf, parseInstant } from '../wire/time.ts'
import { refusalOf } from './acceptance.ts'
import { type AccountRow, lockAccount, openBills } from './account-read.ts'
import { allocate, type OpenBill, type Spread } from './allocate.ts'
import { type Asked, accepted, type Outcome } from './engine-types.ts'
import { conflicts, type Memo, receiveSerial, rememberOutcome, remembersRefusals } from './memo.ts'
import { findPosted, type PostedRow, postedAnswer } from './posted.ts'
import type { Client } from './store.ts'

type Request = RequestOf<'postRecharge'>

/** The order of checks: what is remembered of the serial, expiry, day, account. */
export function postRecharge(asked: Asked, request: Request): Promise<Outcome> {
  return asked.store.transaction(async client => {
    const memo = await receiveSerial(client, request, 'P')
    const remembered = await repeat(client, asked, memo, request)
    if (remembered) return remembered
    const expiresMs = parseInstant(request.expiresAt) ?? 0
    if (asked.behaviours.enforceExpiry && asked.nowMs > expiresMs) return { code: '1203' }
    const settleDate = asked.days.open()
    const refuse = async (code: string): Promise<Outcome> => {
      await rememberOutcome(client, request.serial, 'refused', code, instantOf(asked.nowMs))
      await asked.beforeCommit()
      return { code }
    }
    if (!settleDate || Math.abs(daysBetween(settleDate, request.acctDate)) > 1) return refuse('1201')
    const account = await lockAccount(client, request.accountNo)
    if (!account) return refuse('1101')
    const bills = await openBills(client, request.accountNo)
    const owedFen = bills.reduce((sum, bill) => sum + bill.due_fen + bill.late_fee_fen, 0)
    const code = refusalOf(account, owedFen, request.amountFen) ?? itemsRefusal(asked, request.items, bills)
    // A message without its items is badly formed, and nothing of it is remembered.
    if (code) return code === '2001' ? { code } : refuse(code)
    const spread = allocate(request.amountFen, bills)
    const notices = account.disconnected ? ['reconnectNeeded'] : []
    const applyNo = memo.apply_count + 1
    const row = await apply(client, asked, { request, account, spread, notices, settleDate, applyNo })
    await asked.beforeCommit()
    return accepted(postedAnswer(row))
  })
}

/** The answer to a serial that is remembered, or undefined when it is to be handled. */
async function repeat(client: Client, asked: Asked, memo: Memo, request: Request): Promise<Outcome | undefined> {
  if (memo.outcome === null) return undefined
  if (conflicts(memo, request, 'P')) return { code: '1205' }
  if (memo.outcome === 'closed') return { code: '1204' }
  const { dedup } = asked.behaviours
  if (memo.outcome === 'refused' && !remembersRefusals(asked.behaviours)) return undefined
  if (dedup === 'none') return undefined
  if (dedup === 'codeOnly') return { code: '9004' }
  if (memo.outcome === 'refused') return { code: memo.code ?? '9001' }
  const row = await findPosted(client, request.serial)
  if (!row) throw new Error(`the memo of ${request.serial} has no payment`)
  return accepted(postedAnswer(row, row.reversed_by === null ? [] : ['reversed']))
}

/** The bills named in the posting must still be what they were when they were asked for. */
function itemsRefusal(asked: Asked, items: PostingItem[] | undefined, bills: readonly OpenBill[]): string | undefined {
  if (!items) return asked.behaviours.itemsRequired ? '2001' : undefined
  const same = items.every(item =>
    bills.some(
      bill => bill.bill_id === item.billId && bill.due_fen === item.amountFen && bill.late_fee_fen === item.lateFeeFen,
    ),
  )
  return same ? undefined : '1111'
}

interface Application {
  request: Request
  account: AccountRow
  spread: Spread
  notices: string[]
  settleDate: string
  applyNo: number
}

const applySql = `
  with paid as (
    insert into payment (serial, apply_no, channel_id, account_no, amount_fen, kind, acct_date, settle_date, mis_ref,
      posted_at, posted_ms, operator, bills_fen, late_fee_fen, prepaid_fen, balance_fen, notices)
    values ($1, $2, $3, $4, $5, 'card', $6, $7, 'R' || lpad(nextval('mis_ref')::text, 11, '0'),
      $8, $9, $10, $11, $12, $13, $14, $15)
    returning *
  ), spread as (
    select * from jsonb_to_recordset($16::jsonb) as s(bill_id text, amount_fen bigint, late_fee_fen bigint)
  ), lines as (
    insert into payment_bill (payment_id, bill_id, amount_fen, late_fee_fen)
    select paid.payment_id, s.bill_id, s.amount_fen, s.late_fee_fen from paid, spread s
  ), bills as (
    update bill b set paid_fen = b.paid_fen + s.amount_fen, late_fee_paid_fen = b.late_fee_paid_fen + s.late_fee_fen
    from spread s where b.bill_id = s.bill_id
  ), money as (
    update account set balance_fen = $14 where account_no = $4
  ), memo as (
    update serial_memo set outcome = 'posted', code = '0000', at = $8, apply_count = apply_count + 1 where serial = $1
  )
  select * from paid`

async function apply(client: Client, asked: Asked, application: Application): Promise<PostedRow> {
  const { request, account, spread, notices, settleDate, applyNo } = application
  const { rows } = await client.query<PostedRow>({
    ...{ name: 'apply', text: applySql },
    values: [
      ...[request.serial, applyNo, asked.channelId, request.accountNo, request.amountFen, request.acctDate, settleDate],
      ...[instantOf(asked.nowMs), asked.nowMs, request.operator],
      ...[spread.billsFen, spread.lateFeeFen, spread.prepaidFen, account.balance_fen + spread.prepaidFen, notices],
      JSON.stringify(spread.lines),
    ],
  })
  const [row] = rows
  if (!row) throw new Error('a payment was not written')
  return row
}
