// Reading an account with its unpaid bills.

import type { AccountFacts } from './acceptance.ts'
import type { OpenBill } from './allocate.ts'
import type { Client } from './store.ts'

export interface AccountRow extends AccountFacts {
  account_no: string
  name: string
  address: string
  org_code: string
  org_name: string
  balance_fen: number
  disconnected: boolean
}

export interface OpenAccount extends AccountRow {
  due_fen: number
  late_fee_fen: number
}

export const openAccountColumns = `
  a.account_no, a.name, a.address, a.org_code, a.org_name, a.status, a.balance_fen, a.disconnected,
  a.partial_ok, a.prepay_ok, a.max_fen,
  coalesce((select sum(amount_fen - paid_fen) from bill b where b.account_no = a.account_no), 0)::bigint as due_fen,
  coalesce((select sum(late_fee_fen - late_fee_paid_fen) from bill b where b.account_no = a.account_no), 0)::bigint
    as late_fee_fen`

/** Keeps every other posting and reversal of this account waiting. */
export async function lockAccount(client: Client, accountNo: string): Promise<AccountRow | undefined> {
  const { rows } = await client.query<AccountRow>({
    ...{ name: 'lock-account', text: 'select * from account where account_no = $1 for update' },
    values: [accountNo],
  })
  return rows[0]
}

/** Oldest first. */
export async function openBills(client: Client, accountNo: string): Promise<OpenBill[]> {
  const { rows } = await client.query<OpenBill>({
    name: 'open-bills',
    text: `select bill_id, amount_fen - paid_fen as due_fen, late_fee_fen - late_fee_paid_fen as late_fee_fen
      from bill where account_no = $1 and (amount_fen > paid_fen or late_fee_fen > late_fee_paid_fen)
      order by month, bill_id`,
    values: [accountNo],
  })
  return rows
}
