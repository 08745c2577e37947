// Reading back what was posted or reversed under a serial, as the answer it had.

import type { Client } from './store.ts'

export interface PostedRow {
  serial: string
  account_no: string
  amount_fen: number
  mis_ref: string
  settle_date: string
  posted_at: string
  posted_ms: number
  balance_fen: number
  bills_fen: number
  late_fee_fen: number
  prepaid_fen: number
  notices: string[]
  reversed_by: string | null
}

export function postedAnswer(row: PostedRow, extraNotices: readonly string[] = []): Record<string, unknown> {
  return {
    serial: row.serial,
    accountNo: row.account_no,
    amountFen: row.amount_fen,
    misRef: row.mis_ref,
    settleDate: row.settle_date,
    postedAt: row.posted_at,
    balanceFen: row.balance_fen,
    settled: { billsFen: row.bills_fen, lateFeeFen: row.late_fee_fen, prepaidFen: row.prepaid_fen },
    notices: [...row.notices, ...extraNotices],
  }
}

/** The first application of the serial. */
export async function findPosted(client: Pick<Client, 'query'>, serial: string): Promise<PostedRow | undefined> {
  const { rows } = await client.query<PostedRow>('select * from payment where serial = $1 order by apply_no limit 1', [
    serial,
  ])
  return rows[0]
}

export interface ReversalRow {
  serial: string
  orig_serial: string
  account_no: string
  amount_fen: number
  mis_ref: string
  settle_date: string
  posted_at: string
  balance_fen: number
}

export async function findReversal(client: Pick<Client, 'query'>, serial: string): Promise<ReversalRow | undefined> {
  const { rows } = await client.query<ReversalRow>('select * from reversal where serial = $1', [serial])
  return rows[0]
}

export function reversalAnswer(row: ReversalRow): Record<string, unknown> {
  return {
    serial: row.serial,
    origSerial: row.orig_serial,
    misRef: row.mis_ref,
    settleDate: row.settle_date,
    balanceFen: row.balance_fen,
  }
}
