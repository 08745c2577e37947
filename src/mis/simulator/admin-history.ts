// Payments of earlier times brought into the books at once, for demonstrations that begin with a history.

import type { BookedPayment } from './admin-schemas.ts'
import { contentHash } from './memo.ts'
import type { Store } from './store.ts'

/**
 * Books payments as if their channel had posted them then; those that are there already are left as they are. What
 * they paid was used up long ago: balances and bills stay what they are, and the books' opening moves instead.
 */
export async function bookHistory(store: Store, payments: readonly BookedPayment[]): Promise<{ booked: number }> {
  const rows = payments.map(payment => ({ ...payment, contentHash: contentHash(payment) }))
  return store.transaction(async client => {
    const { rows: counted } = await client.query<{ booked: number }>(
      `with asked as (
         select * from jsonb_to_recordset($1::jsonb) as s(serial text, "channelId" text, "accountNo" text, "amountFen" bigint,
           "acctDate" char(8), "settleDate" char(8), "misRef" text, "postedAt" char(17), "postedMs" bigint, "balanceFen" bigint,
           "contentHash" text)
       ), paid as (
         insert into payment (serial, channel_id, account_no, amount_fen, kind, acct_date, settle_date, mis_ref, posted_at,
           posted_ms, operator, bills_fen, late_fee_fen, prepaid_fen, balance_fen)
         select serial, "channelId", "accountNo", "amountFen", 'card', "acctDate", "settleDate", "misRef", "postedAt",
           "postedMs", 'history', 0, 0, "amountFen", "balanceFen" from asked
         on conflict (serial, apply_no) do nothing
         returning serial, account_no, amount_fen
       ), remembered as (
         insert into serial_memo (serial, kind, content_hash, outcome, code, at, receive_count, apply_count)
         select serial, 'P', "contentHash", 'posted', '0000', "postedAt", 1, 1 from asked join paid using (serial)
       ), moved as (
         update account a set opening_balance_fen = a.opening_balance_fen - p.fen
         from (select account_no, sum(amount_fen) as fen from paid group by 1) p where a.account_no = p.account_no
       )
       select count(*) as booked from paid`,
      [JSON.stringify(rows)],
    )
    return { booked: counted[0]?.booked ?? 0 }
  })
}
