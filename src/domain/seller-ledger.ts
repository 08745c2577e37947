// The ledger of a seller or hall (往来账): every entry with the number of its slip and what was owed after it.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import { instant, pageSize } from './forms.ts'

export const ledgerPage = {
  /** Local days, both included. */
  fromDay: z.iso.date().optional(),
  toDay: z.iso.date().optional(),
  /** Only entries older than this one: the last of the page before. */
  beforeId: z.int().optional(),
  limit: pageSize,
}
const page = z.object(ledgerPage)

export const ledgerLine = z.object({
  entryId: z.int(),
  at: instant,
  kind: z.enum(['purchase', 'refund', 'repayment', 'exchange']),
  method: z.enum(['cash', 'transfer', 'credit', 'offset']),
  documentId: z.int().nullable(),
  documentNo: z.string().nullable(),
  amountFen: z.int(),
  /** What was owed, and had been paid, after this line. */
  owedFen: z.int(),
  paidFen: z.int(),
  reference: z.string(),
  operator: z.string().nullable(),
  note: z.string(),
})

/** Newest first. Entries are in the order of their numbers, since each is written under its seller's lock. */
export async function readLedger(
  tx: Tx,
  { countyId, holderId }: { countyId: number; holderId: number },
  { fromDay = undefined, toDay = undefined, beforeId, limit }: z.output<typeof page>,
): Promise<z.input<typeof ledgerLine>[]> {
  const { rows } = await sql<z.input<typeof ledgerLine>>`
    select e.entry_id, e.at, e.kind, e.method, e.document_id, d.document_no, e.amount_fen, e.owed_fen::bigint, e.paid_fen::bigint,
      e.reference, o.name as operator, e.note
    from (
      select x.*, sum(owed_change_fen) over (order by entry_id) as owed_fen, sum(paid_change_fen) over (order by entry_id) as paid_fen
      from seller_entry x where x.county_id = ${countyId} and x.holder_id = ${holderId}) e
    left join document d on d.county_id = e.county_id and d.document_id = e.document_id
    left join operator o on o.county_id = e.county_id and o.operator_id = e.operator_id
    where (${fromDay ?? null}::date is null or (e.at at time zone 'Asia/Shanghai')::date >= ${fromDay ?? null}::date)
      and (${toDay ?? null}::date is null or (e.at at time zone 'Asia/Shanghai')::date <= ${toDay ?? null}::date)
      and e.entry_id < ${beforeId ?? Number.MAX_SAFE_INTEGER}
    order by e.entry_id desc limit ${limit}`.execute(tx)
  return rows
}
