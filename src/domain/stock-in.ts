// A stock-in (入库单): what its document holds beside the common fields, and the ranges its comparison found.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import { type ResultClass, type ResultRange, resultClasses } from './card-file/classify.ts'
import type { SerialRange } from './range.ts'

export const stockInBody = z.object({
  deliveryNo: z.int(),
  fileId: z.int().nullable().default(null),
  fileName: z.string().nullable().default(null),
  jobId: z.int().nullable().default(null),
  /** Why the last comparison was refused, as a code of refusals with its details. */
  problem: z
    .object({ code: z.string(), details: z.record(z.string(), z.unknown()) })
    .nullable()
    .default(null),
  inspection: z
    .object({
      method: z.enum(['all', 'sample']),
      samplePercent: z.int().nullable(),
      storage: z.string(),
    })
    .nullable()
    .default(null),
})
export type StockInBody = z.infer<typeof stockInBody>

interface Of {
  countyId: number
  documentId: number
}

/** Puts these results in the place of earlier ones. */
export async function writeResults(tx: Tx, of: Of, results: readonly ResultRange[]): Promise<void> {
  await tx
    .deleteFrom('stockInResult')
    .where('countyId', '=', of.countyId)
    .where('documentId', '=', of.documentId)
    .execute()
  await sql`
    insert into stock_in_result (county_id, document_id, class, first_serial, last_serial, reason)
    select ${of.countyId}::smallint, ${of.documentId}::int, r.*
    from unnest(${results.map(r => r.class)}::text[], ${results.map(r => r.firstSerial)}::bigint[],
      ${results.map(r => r.lastSerial)}::bigint[], ${results.map(r => r.reason)}::text[]) r`.execute(tx)
}

/** Result ranges of some classes, in serial order. */
export async function readResults(
  tx: Tx,
  of: Of,
  classes: readonly ResultClass[],
  most = 1_000_000,
): Promise<ResultRange[]> {
  const { rows } = await sql<ResultRange>`
    select class, first_serial, last_serial, reason from stock_in_result
    where county_id = ${of.countyId} and document_id = ${of.documentId} and class = any(${[...classes]}::text[])
    order by first_serial limit ${most}`.execute(tx)
  return rows
}

/** Cards per class, all seven. */
export async function countResults(tx: Tx, of: Of): Promise<Record<ResultClass, number>> {
  const { rows } = await sql<{ class: ResultClass; cards: number }>`
    select class, sum(quantity)::int as cards from stock_in_result
    where county_id = ${of.countyId} and document_id = ${of.documentId} group by 1`.execute(tx)
  const counts = new Map(rows.map(row => [row.class, row.cards]))
  const count = (name: ResultClass) => counts.get(name) ?? 0
  return {
    match: count('match'),
    missing: count('missing'),
    extra: count('extra'),
    duplicate: count('duplicate'),
    changedPin: count('changedPin'),
    changedFace: count('changedFace'),
    reportedFaulty: count('reportedFaulty'),
  }
}

/** Numbers of the batch that earlier stock-ins admitted or rejected, each with the document that did. */
export async function settledRanges(
  tx: Tx,
  batch: Of & SerialRange,
): Promise<(SerialRange & { documentNo: string })[]> {
  const { rows } = await sql<SerialRange & { documentNo: string }>`
    select m.first_serial, m.last_serial, coalesce(d.document_no, '') as document_no
    from (
      select county_id, document_id, first_serial, last_serial from movement
      where county_id = ${batch.countyId} and batch_id = ${batch.documentId} and kind = 'stockIn'
        and int8range(first_serial, last_serial, '[]') && int8range(${batch.firstSerial}, ${batch.lastSerial}, '[]')
      union all
      select county_id, document_id, first_serial, last_serial from rejected_range
      where county_id = ${batch.countyId} and batch_id = ${batch.documentId}
        and int8range(first_serial, last_serial, '[]') && int8range(${batch.firstSerial}, ${batch.lastSerial}, '[]')
    ) m join document d using (county_id, document_id)
    order by m.first_serial`.execute(tx)
  return rows
}

export { resultClasses }
