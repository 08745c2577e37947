// What the admin interface changes by hand in accounts and bills; the books' opening moves along.

import type { AccountChange } from './admin-schemas.ts'
import type { Store } from './store.ts'

export async function changeAccount(store: Store, change: AccountChange): Promise<void> {
  await store.money.query(
    `insert into account as a (account_no, name, address, org_code, org_name, status, balance_fen, opening_balance_fen,
       disconnected, partial_ok, prepay_ok, max_fen)
     values ($1, coalesce($2, '新户'), coalesce($3, ''), '410101', '城关供电所', coalesce($4, 'N'), coalesce($5, 0),
       coalesce($5, 0), coalesce($6, false), coalesce($7, true), coalesce($8, true), coalesce($9, 999999999999))
     on conflict (account_no) do update set
       name = coalesce($2, a.name), address = coalesce($3, a.address), status = coalesce($4, a.status),
       opening_balance_fen = a.opening_balance_fen + coalesce($5, a.balance_fen) - a.balance_fen,
       balance_fen = coalesce($5, a.balance_fen), disconnected = coalesce($6, a.disconnected),
       partial_ok = coalesce($7, a.partial_ok), prepay_ok = coalesce($8, a.prepay_ok),
       max_fen = coalesce($9, a.max_fen)`,
    [
      ...[change.accountNo, change.name ?? null, change.address ?? null, change.status ?? null],
      ...[change.balanceFen ?? null, change.disconnected ?? null, change.partialAllowed ?? null],
      ...[change.prepayAllowed ?? null, change.maxFen ?? null],
    ],
  )
}

/** Answers the number of the new bill, or undefined when there is no such account. */
export async function addBill(
  store: Store,
  bill: { accountNo: string; month: string; amountFen: number; lateFeeFen: number },
): Promise<string | undefined> {
  const { rows } = await store.money.query<{ bill_id: string }>(
    `insert into bill (bill_id, account_no, month, amount_fen, late_fee_fen, energy)
     select 'A' || lpad(nextval('mis_ref')::text, 9, '0'), account_no, $2, $3, $4, round($3::bigint * 100 / 56.0)
     from account where account_no = $1
     returning bill_id`,
    [bill.accountNo, bill.month, bill.amountFen, bill.lateFeeFen],
  )
  return rows[0]?.bill_id
}
