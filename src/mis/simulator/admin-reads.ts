// What the admin interface reads: accounts, bills, ledger, wire log, and the audit with its invariants.

import { type OpenAccount, openAccountColumns } from './account-read.ts'
import type { AccountEntry, AuditAnswer, LedgerAnswer, SerialAudit } from './admin-schemas.ts'
import type { Store } from './store.ts'

/** Special accounts first, then by number. `after` is the last number of the page before. */
export async function listAccounts(
  store: Store,
  { after, limit, accountNo }: { after?: string | undefined; limit: number; accountNo?: string | undefined },
): Promise<{ accounts: AccountEntry[]; hasMore: boolean }> {
  const { rows } = await store.notes.query<OpenAccount & { special_no: number | null }>(
    `select ${openAccountColumns}, a.special_no from account a
     where ($1::text is null or a.account_no = $1)
       and ($2::text is null or (coalesce(a.special_no, 32767), a.account_no) >
         (select coalesce(special_no, 32767), account_no from account where account_no = $2))
     order by coalesce(a.special_no, 32767), a.account_no limit $3`,
    [accountNo ?? null, after ?? null, limit + 1],
  )
  const accounts = rows.slice(0, limit).map(row => ({
    ...{ accountNo: row.account_no, name: row.name, address: row.address, orgName: row.org_name },
    status: statusOf(row.status),
    ...{ balanceFen: row.balance_fen, dueFen: row.due_fen, lateFeeFen: row.late_fee_fen },
    ...{ disconnected: row.disconnected, partialAllowed: row.partial_ok, prepayAllowed: row.prepay_ok },
    ...{ maxFen: row.max_fen, special: row.special_no !== null },
  }))
  return { accounts, hasMore: rows.length > limit }
}

function statusOf(letter: string): AccountEntry['status'] {
  return letter === 'C' || letter === 'L' || letter === 'K' ? letter : 'N'
}

export async function listBills(store: Store, accountNo: string) {
  const { rows } = await store.notes.query<Record<string, unknown>>(
    `select bill_id as "billId", account_no as "accountNo", month, amount_fen as "amountFen",
       late_fee_fen as "lateFeeFen", paid_fen as "paidFen", late_fee_paid_fen as "lateFeePaidFen"
     from bill where account_no = $1 order by month, bill_id limit 1000`,
    [accountNo],
  )
  return { bills: rows }
}

export async function readLedger(store: Store, serial: string): Promise<LedgerAnswer> {
  const payments = await store.money.query<LedgerAnswer['payments'][number]>(
    `select serial, apply_no as "applyNo", account_no as "accountNo", amount_fen as "amountFen",
       acct_date as "acctDate", settle_date as "settleDate", mis_ref as "misRef", posted_at as "postedAt",
       bills_fen as "billsFen", late_fee_fen as "lateFeeFen", prepaid_fen as "prepaidFen", reversed_by as "reversedBy"
     from payment where serial = $1 order by apply_no`,
    [serial],
  )
  const reversals = await store.money.query<LedgerAnswer['reversals'][number]>(
    `select serial, orig_serial as "origSerial", account_no as "accountNo", amount_fen as "amountFen",
       settle_date as "settleDate", mis_ref as "misRef"
     from reversal where serial = $1 or orig_serial = $1`,
    [serial],
  )
  return { payments: payments.rows, reversals: reversals.rows }
}

export async function readWireLog(store: Store, page: { serial?: string | undefined; after: number; limit: number }) {
  const { rows } = await store.notes.query<Record<string, unknown>>(
    `select n, profile, conn, direction, at, op, serial, fields, fault from wire_log
     where n > $2 and ($1::text is null or serial = $1) order by n limit $3`,
    [page.serial ?? null, page.after, page.limit + 1],
  )
  return { messages: rows.slice(0, page.limit), hasMore: rows.length > page.limit }
}

const mostBreaches = 100

/** Serials after the given one; totals and invariants are always of everything. */
export async function readAudit(
  store: Store,
  page: { serial?: string | undefined; after: string; limit: number },
): Promise<AuditAnswer> {
  const serials = await store.money.query<SerialAudit>(
    `select m.serial, m.kind, m.outcome, m.code, m.receive_count as "receiveCount", m.apply_count as "applyCount",
       m.conflict_count as "conflictCount", coalesce(p.n, 0) as payments, coalesce(p.reversed, 0) as reversed,
       coalesce(p.account_no, r.account_no) as "accountNo", coalesce(p.amount_fen, r.amount_fen) as "amountFen",
       coalesce(p.settle_date, r.settle_date) as "settleDate"
     from serial_memo m
     left join lateral (
       select count(*) as n, count(reversed_by) as reversed, min(account_no) as account_no,
         min(amount_fen) as amount_fen, min(settle_date) as settle_date
       from payment where serial = m.serial having count(*) > 0
     ) p on true
     left join reversal r on r.serial = m.serial
     where m.serial > $2 and ($1::text is null or m.serial = $1) order by m.serial limit $3`,
    [page.serial ?? null, page.after, page.limit + 1],
  )
  const totals = await store.money.query<AuditAnswer['totals']>(
    `select p.n as "postedCount", p.fen as "postedFen", r.n as "reversedCount", r.fen as "reversedFen",
       (a.fen + b.fen)::bigint as "movedFen"
     from (select count(*) as n, coalesce(sum(amount_fen), 0)::bigint as fen from payment where serial is not null) p,
       (select count(*) as n, coalesce(sum(amount_fen), 0)::bigint as fen from reversal) r,
       (select coalesce(sum(balance_fen - opening_balance_fen), 0) as fen from account) a,
       (select coalesce(sum(paid_fen - opening_paid_fen + late_fee_paid_fen - opening_late_fee_paid_fen), 0) as fen
        from bill) b`,
  )
  const [sums] = totals.rows
  if (!sums) throw new Error('totals without a row')
  return {
    serials: serials.rows.slice(0, page.limit),
    hasMore: serials.rows.length > page.limit,
    totals: sums,
    invariants: {
      appliedOnce: await breaches(
        store,
        `select serial as found from serial_memo where apply_count > 1
         union select serial from payment where serial is not null group by serial having count(*) > 1`,
      ),
      moneyMoved: await breaches(store, moneySql),
      oneContent: await breaches(store, 'select serial as found from serial_memo where conflict_count > 0'),
    },
  }
}

const moneySql = `
  with moved as (
    select account_no, sum(amount_fen) as fen from payment where serial is not null group by account_no
    union all select account_no, -sum(amount_fen) from reversal group by account_no
    union all select account_no, opening_balance_fen - balance_fen from account
    union all select account_no, sum(opening_paid_fen + opening_late_fee_paid_fen - paid_fen - late_fee_paid_fen)
      from bill group by account_no
  )
  select account_no as found from moved group by account_no having sum(fen) <> 0`

async function breaches(store: Store, sql: string): Promise<{ holds: boolean; breaches: string[] }> {
  const { rows } = await store.money.query<{ found: string }>(`${sql} limit ${mostBreaches}`)
  return { holds: rows.length === 0, breaches: rows.map(row => row.found) }
}
