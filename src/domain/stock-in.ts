// A stock-in (入库单): what its document holds beside the common fields, and the ranges its comparison found.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import { type ResultClass, type ResultRange, resultClasses } from './card-file/classify.ts'
import { writeRanges } from './document-lines.ts'
import { type SerialRange, subtractRanges } from './range.ts'

const scannedRange = z.object({ firstSerial: z.string(), lastSerial: z.string() })

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
  /** 签名结果: the fingerprint of the key whose signature over the file was proven. */
  signedBy: z.string().nullable().default(null),
  inspection: z
    .object({
      /** 全检, or 抽检 with its percentage. */
      method: z.enum(['all', 'sample']),
      samplePercent: z.int().nullable(),
      /** 存放位置 */
      storage: z.string(),
      /** 检验人 */
      by: z.string().default(''),
      staffNo: z.string().default(''),
      at: z.string().default(''),
    })
    .nullable()
    .default(null),
  /** 复验抽查号段: what finance took out of the boxes and scanned. */
  spotChecks: z
    .array(z.object({ by: z.string(), staffNo: z.string(), at: z.string(), ranges: z.array(scannedRange) }))
    .default([]),
  /** What came of it: 合格, 拒收 by reason, 未到. */
  outcome: z
    .object({
      admitted: z.int(),
      rejected: z.int(),
      notArrived: z.int(),
      reasons: z.array(z.object({ reason: z.string(), quantity: z.int() })),
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
  await clearFindings(tx, of)
  await sql`
    insert into stock_in_result (county_id, document_id, class, first_serial, last_serial, reason)
    select ${of.countyId}::smallint, ${of.documentId}::int, r.*
    from unnest(${results.map(r => r.class)}::text[], ${results.map(r => r.firstSerial)}::bigint[],
      ${results.map(r => r.lastSerial)}::bigint[], ${results.map(r => r.reason)}::text[]) r`.execute(tx)
}

/** Takes away what an earlier comparison found, and the inspection that went by it. */
export async function clearFindings(tx: Tx, of: Of): Promise<void> {
  await writeRanges(tx, of, [])
  for (const table of ['stockInResult', 'stockInException'] as const) {
    await tx.deleteFrom(table).where('countyId', '=', of.countyId).where('documentId', '=', of.documentId).execute()
  }
}

export interface ExceptionRange extends SerialRange {
  reason: string
}

/** Puts these exceptions in the place of earlier ones; the cards left that agree with the file are the document's lines. */
export async function writeExceptions(
  tx: Tx,
  of: Of,
  faceValueFen: number,
  exceptions: readonly ExceptionRange[],
): Promise<void> {
  await tx
    .deleteFrom('stockInException')
    .where('countyId', '=', of.countyId)
    .where('documentId', '=', of.documentId)
    .execute()
  await sql`
    insert into stock_in_exception (county_id, document_id, first_serial, last_serial, reason)
    select ${of.countyId}::smallint, ${of.documentId}::int, r.*
    from unnest(${exceptions.map(r => r.firstSerial)}::bigint[], ${exceptions.map(r => r.lastSerial)}::bigint[],
      ${exceptions.map(r => r.reason)}::text[]) r`.execute(tx)
  const good = subtractRanges(await readResults(tx, of, ['match']), exceptions)
  await writeRanges(
    tx,
    of,
    good.map(range => ({ ...range, faceValueFen })),
  )
}

export async function readExceptions(tx: Tx, of: Of): Promise<ExceptionRange[]> {
  return tx
    .selectFrom('stockInException')
    .select(['firstSerial', 'lastSerial', 'reason'])
    .where('countyId', '=', of.countyId)
    .where('documentId', '=', of.documentId)
    .orderBy('firstSerial')
    .execute()
}

/** What a stock-in will do with its numbers: enter the stock, or be dead for ever. */
export async function decide(tx: Tx, of: Of): Promise<{ admitted: SerialRange[]; rejected: ExceptionRange[] }> {
  const exceptions = await readExceptions(tx, of)
  const failed = exceptions.map(range => ({ ...range, reason: `inspectionFailed: ${range.reason}` }))
  const differing = await readResults(tx, of, ['duplicate', 'changedPin', 'changedFace', 'reportedFaulty'])
  // A duplicate with a reason names the stock-in that dealt with the number before: nothing is left to decide on it.
  const bad = differing
    .filter(range => range.class !== 'duplicate' || range.reason === '')
    .map(range => ({ ...range, reason: range.reason === '' ? range.class : `${range.class}: ${range.reason}` }))
  return { admitted: subtractRanges(await readResults(tx, of, ['match']), exceptions), rejected: [...failed, ...bad] }
}

/** Numbers in the file that earlier deliveries had dealt with, per document (RK03). */
export async function settledBefore(tx: Tx, of: Of): Promise<{ documentNo: string; quantity: number }[]> {
  const { rows } = await sql<{ documentNo: string; quantity: number }>`
    select reason as document_no, sum(quantity)::int as quantity from stock_in_result
    where county_id = ${of.countyId} and document_id = ${of.documentId} and class = 'duplicate' and reason <> ''
    group by 1 order by 1 limit 100`.execute(tx)
  return rows
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
export async function countResults(tx: Tx, { countyId, documentId }: Of): Promise<Record<ResultClass, number>> {
  const counts = await countResultsOf(tx, countyId, [documentId])
  return counts.get(documentId) ?? noCounts
}

const noCounts: Record<ResultClass, number> = {
  match: 0,
  missing: 0,
  extra: 0,
  duplicate: 0,
  changedPin: 0,
  changedFace: 0,
  reportedFaulty: 0,
}

/** The same for several stock-ins at once; one without results has no entry. */
export async function countResultsOf(
  tx: Tx,
  countyId: number,
  documentIds: readonly number[],
): Promise<Map<number, Record<ResultClass, number>>> {
  const { rows } = await sql<{ documentId: number; class: ResultClass; cards: number }>`
    select document_id, class, sum(quantity)::int as cards from stock_in_result
    where county_id = ${countyId} and document_id = any(${[...documentIds]}::int[]) group by 1, 2`.execute(tx)
  const counts = new Map<number, Record<ResultClass, number>>()
  for (const row of rows) {
    counts.set(row.documentId, { ...(counts.get(row.documentId) ?? noCounts), [row.class]: row.cards })
  }
  return counts
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
