// Fills an empty reference billing system, or empties and fills it again.

import { dateOf, instantOf } from '../wire/time.ts'
import { makeSeedData } from './seed-data.ts'
import type { Client, Store } from './store.ts'

export async function isEmpty(store: Store): Promise<boolean> {
  const { rows } = await store.notes.query<{ empty: boolean }>('select not exists (select from account) as empty')
  return rows[0]?.empty === true
}

/** Everything is gone afterwards: payments, memos, log, days, faults. */
export async function seedStore(store: Store, seed: number, nowMs: number): Promise<void> {
  const data = makeSeedData(seed, dateOf(nowMs))
  await store.transaction(async client => {
    await client.query(
      `truncate account, bill, payment, payment_bill, reversal, serial_memo, nonce, wire_log, day restart identity cascade`,
    )
    await client.query(`delete from setting where name in ('behaviours', 'faults')`)
    await client.query('alter sequence mis_ref restart')
    await insertAll(
      client,
      `insert into account (account_no, name, address, org_code, org_name, status, balance_fen, opening_balance_fen,
         disconnected, partial_ok, prepay_ok, max_fen, special_no)
       select account_no, name, address, org_code, org_name, status, balance_fen, balance_fen,
         disconnected, partial_ok, prepay_ok, max_fen, special_no
       from jsonb_to_recordset($1::jsonb) as s(account_no text, name text, address text, org_code text, org_name text,
         status char(1), balance_fen bigint, disconnected boolean, partial_ok boolean, prepay_ok boolean,
         max_fen bigint, special_no smallint)`,
      data.accounts,
    )
    await insertAll(
      client,
      `insert into bill (bill_id, account_no, month, amount_fen, late_fee_fen, energy,
         paid_fen, late_fee_paid_fen, opening_paid_fen, opening_late_fee_paid_fen)
       select bill_id, account_no, month, amount_fen, late_fee_fen, energy,
         case when paid then amount_fen else 0 end, case when paid then late_fee_fen else 0 end,
         case when paid then amount_fen else 0 end, case when paid then late_fee_fen else 0 end
       from jsonb_to_recordset($1::jsonb) as s(bill_id text, account_no text, month char(6), amount_fen bigint,
         late_fee_fen bigint, energy bigint, paid boolean)`,
      data.bills,
    )
    await insertAll(
      client,
      `insert into payment (account_no, amount_fen, kind, acct_date, settle_date, mis_ref, posted_at, posted_ms,
         operator, bills_fen, late_fee_fen, prepaid_fen, balance_fen)
       select account_no, amount_fen, kind, date, date, mis_ref, date || time || '000', 0, 'history', 0, 0, 0, 0
       from jsonb_to_recordset($1::jsonb) as s(account_no text, amount_fen bigint, kind text, date char(8),
         time char(6), mis_ref text)`,
      data.payments,
    )
    await client.query(
      `insert into setting (name, value) values ('seed', $1)
       on conflict (name) do update set value = excluded.value`,
      [JSON.stringify({ seed, seededAt: instantOf(nowMs) })],
    )
  })
}

async function insertAll(client: Client, statement: string, rows: readonly unknown[]): Promise<void> {
  await client.query(statement, [JSON.stringify(rows)])
}
