// 冲正: takes back the whole of one payment on the same accounting date, under its own serial, once.

import type { RequestOf } from '../wire/requests.ts'
import { instantOf } from '../wire/time.ts'
import { lockAccount } from './account-read.ts'
import { type Asked, accepted, type Outcome } from './engine-types.ts'
import { conflicts, type Memo, receiveSerial, rememberOutcome, remembersRefusals } from './memo.ts'
import { findReversal, type ReversalRow, reversalAnswer } from './posted.ts'
import type { Client } from './store.ts'

type Request = RequestOf<'reverse'>

interface Original {
  payment_id: number
  channel_id: string
  account_no: string
  amount_fen: number
  acct_date: string
  settle_date: string
  operator: string
  prepaid_fen: number
  reversed_by: string | null
}

export function reverse(asked: Asked, request: Request): Promise<Outcome> {
  return asked.store.transaction(async client => {
    const memo = await receiveSerial(client, request, 'R')
    const remembered = await repeat(client, asked, memo, request)
    if (remembered) return remembered
    const settleDate = asked.days.open()
    const refuse = async (code: string): Promise<Outcome> => {
      await rememberOutcome(client, request.serial, 'refused', code, instantOf(asked.nowMs))
      await asked.beforeCommit()
      return { code }
    }
    if (!settleDate) return refuse('1201')
    const account = await lockAccount(client, request.accountNo)
    const original = await findOriginal(client, request.origSerial)
    if (!original || original.channel_id !== asked.channelId) return refuse('1301')
    if (original.reversed_by !== null) return refuse('1302')
    if (!account || !agrees(request, original)) return refuse('1304')
    if (original.settle_date !== settleDate) return refuse('1303')
    const row = await takeBack(client, asked, request, original, settleDate)
    await asked.beforeCommit()
    return accepted(reversalAnswer(row))
  })
}

async function repeat(client: Client, asked: Asked, memo: Memo, request: Request): Promise<Outcome | undefined> {
  if (memo.outcome === null) return undefined
  if (conflicts(memo, request, 'R')) return { code: '1205' }
  if (memo.outcome === 'closed') return { code: '1204' }
  if (memo.outcome === 'refused') {
    return remembersRefusals(asked.behaviours) ? { code: memo.code ?? '9001' } : undefined
  }
  const row = await findReversal(client, request.serial)
  if (row?.orig_serial !== request.origSerial) return { code: '1205' }
  return asked.behaviours.dedup === 'codeOnly' ? { code: '9004' } : accepted(reversalAnswer(row))
}

function agrees(request: Request, original: Original): boolean {
  return (
    request.accountNo === original.account_no &&
    request.amountFen === original.amount_fen &&
    request.operator === original.operator &&
    request.origAcctDate === original.acct_date
  )
}

async function findOriginal(client: Client, serial: string): Promise<Original | undefined> {
  const { rows } = await client.query<Original>(
    'select * from payment where serial = $1 order by apply_no limit 1 for update',
    [serial],
  )
  return rows[0]
}

const takeBackSql = `
  with bills as (
    update bill b set paid_fen = b.paid_fen - l.amount_fen, late_fee_paid_fen = b.late_fee_paid_fen - l.late_fee_fen
    from payment_bill l where l.payment_id = $1 and l.bill_id = b.bill_id
  ), money as (
    update account set balance_fen = balance_fen - $2 where account_no = $3 returning balance_fen
  ), mark as (
    update payment set reversed_by = $4 where payment_id = $1
  ), memo as (
    update serial_memo set outcome = 'posted', code = '0000', at = $5, apply_count = apply_count + 1 where serial = $4
  )
  insert into reversal (serial, orig_serial, channel_id, account_no, amount_fen, settle_date, mis_ref, posted_at,
    operator, approver1, approver2, balance_fen)
  select $4, $6, $7, $3, $8, $9, 'R' || lpad(nextval('mis_ref')::text, 11, '0'), $5, $10, $11, $12, money.balance_fen
  from money
  returning *`

async function takeBack(
  client: Client,
  asked: Asked,
  request: Request,
  original: Original,
  settleDate: string,
): Promise<ReversalRow> {
  const { rows } = await client.query<ReversalRow>(takeBackSql, [
    ...[original.payment_id, original.prepaid_fen, request.accountNo, request.serial, instantOf(asked.nowMs)],
    ...[request.origSerial, asked.channelId, request.amountFen, settleDate],
    ...[request.operator, request.approver1, request.approver2],
  ])
  const [row] = rows
  if (!row) throw new Error('a reversal was not written')
  return row
}
