// Reading a stocktake: what was seen, what is expected while it is counted, and its report; in printed serials.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import { instant } from './forms.ts'
import { commonRanges, quantityOf, type SerialRange, subtractRanges, totalQuantity } from './range.ts'
import { printSerial } from './serial.ts'
import { batchFaces, type Scope } from './stocktake.ts'
import { type CountMove, cutByFace, expectedNow, type Stray } from './stocktake-count.ts'

const printedRange = { firstSerial: z.string(), lastSerial: z.string(), quantity: z.int() }

export const scanRow = z.object({ ...printedRange, operator: z.string(), at: instant })
export const expectedRow = z.object({ ...printedRange, faceValueFen: z.int(), seen: z.int() })
export const moveRow = z.object({
  ...printedRange,
  direction: z.enum(['in', 'out', 'used']),
  /** The document that moved them; cards used have none. */
  documentNo: z.string().nullable(),
  at: instant.nullable(),
})
export const faceTotal = z.object({
  faceValueFen: z.int(),
  snapshot: z.int(),
  movedIn: z.int(),
  movedOut: z.int(),
  /** 应盘 */
  expected: z.int(),
  /** 实盘 */
  counted: z.int(),
  /** 盘亏 */
  missing: z.int(),
  /** 盘盈 */
  surplus: z.int(),
  /** 他处所属 */
  elsewhere: z.int(),
})
export const strayRow = z.object({
  ...printedRange,
  class: z.enum(['surplus', 'elsewhere']),
  foundAs: z.string(),
  holderId: z.int().nullable(),
  holderName: z.string().nullable(),
})
export const differenceRow = z.object({
  ...printedRange,
  differenceNo: z.int(),
  class: z.enum(['missing', 'surplus', 'elsewhere']),
  foundAs: z.string(),
  holderId: z.int().nullable(),
  holderName: z.string().nullable(),
  faceValueFen: z.int(),
  treatment: z.string().nullable(),
  note: z.string(),
  linkedDocumentId: z.int().nullable(),
  linkedDocumentNo: z.string().nullable(),
  treatedBy: z.string().nullable(),
  treatedAt: instant.nullable(),
})

/** Most ranges of one kind on a page. */
const most = 5_000

/** Ranges as printed, with their number of cards. */
function printed<R extends SerialRange>(row: R) {
  const { firstSerial, lastSerial } = row
  return {
    ...row,
    firstSerial: printSerial(firstSerial),
    lastSerial: printSerial(lastSerial),
    quantity: quantityOf(row),
  }
}

export async function readScans(tx: Tx, { countyId, documentId }: Scope): Promise<z.input<typeof scanRow>[]> {
  const { rows } = await sql<SerialRange & { operator: string; at: Date }>`
    select s.first_serial, s.last_serial, o.name as operator, s.at
    from stocktake_scan s join operator o using (county_id, operator_id)
    where s.county_id = ${countyId} and s.document_id = ${documentId} order by s.first_serial limit ${most}`.execute(tx)
  return rows.map(printed)
}

/** While it is counted: what is expected now with how much of it was seen, and what moved so far. */
export async function readCounting(tx: Tx, scope: Scope, afterMovementId: number) {
  const { countyId, documentId } = scope
  const { now, moves } = await expectedNow(tx, scope, afterMovementId)
  const scans = await tx
    .selectFrom('stocktakeScan')
    .select(['firstSerial', 'lastSerial'])
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .execute()
  const unseen = subtractRanges(now, scans)
  const pieces = cutByFace(now, await batchFaces(tx, countyId)).slice(0, most)
  const expected = pieces.map(piece => ({
    ...printed(piece),
    seen: quantityOf(piece) - totalQuantity(commonRanges(piece, unseen)),
  }))
  return { expected, moves: (await namedMoves(tx, countyId, moves)).slice(0, most) }
}

/** After the submission, as it was then: figures, moves and differences with what was done about them. */
export async function readReport(tx: Tx, scope: Scope) {
  const { countyId, documentId } = scope
  const totals = await tx
    .selectFrom('stocktakeTotal')
    .select([
      'faceValueFen',
      'snapshot',
      'movedIn',
      'movedOut',
      'expected',
      'counted',
      'missing',
      'surplus',
      'elsewhere',
    ])
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .orderBy('faceValueFen')
    .execute()
  const { rows: moves } = await sql<CountMove>`
    select direction, moved_by, first_serial, last_serial, at from stocktake_move
    where county_id = ${countyId} and document_id = ${documentId} order by move_no limit ${most}`.execute(tx)
  const { rows } = await sql<Omit<z.input<typeof differenceRow>, keyof typeof printedRange> & SerialRange>`
    select x.difference_no, x.class, x.found_as, x.holder_id, h.name as holder_name, x.face_value_fen, x.first_serial,
      x.last_serial, x.treatment, x.note, x.linked_document_id, d.document_no as linked_document_no, o.name as treated_by, x.treated_at
    from stocktake_difference x
    left join holder h on h.county_id = x.county_id and h.holder_id = x.holder_id
    left join document d on d.county_id = x.county_id and d.document_id = x.linked_document_id
    left join operator o on o.county_id = x.county_id and o.operator_id = x.treated_by
    where x.county_id = ${countyId} and x.document_id = ${documentId} order by x.first_serial limit ${most}`.execute(tx)
  return { expected: null, moves: await namedMoves(tx, countyId, moves), totals, differences: rows.map(printed) }
}

async function namedMoves(tx: Tx, countyId: number, moves: readonly CountMove[]): Promise<z.input<typeof moveRow>[]> {
  const rows = await tx
    .selectFrom('document')
    .select(['documentId', 'documentNo'])
    .where('countyId', '=', countyId)
    .where(sql<boolean>`document_id = any(${moves.map(move => move.movedBy)}::int[])`)
    .execute()
  const noOf = new Map(rows.map(row => [row.documentId, row.documentNo]))
  return moves.map(move => ({ ...printed(move), documentNo: noOf.get(move.movedBy ?? 0) ?? null }))
}

/** Strays as a page shows them, with the names of their holders. */
export async function namedStrays(
  tx: Tx,
  countyId: number,
  strays: readonly Stray[],
): Promise<z.input<typeof strayRow>[]> {
  const rows = await tx
    .selectFrom('holder')
    .select(['holderId', 'name'])
    .where('countyId', '=', countyId)
    .where(sql<boolean>`holder_id = any(${strays.map(stray => stray.holderId)}::int[])`)
    .execute()
  const nameOf = new Map(rows.map(row => [row.holderId, row.name]))
  return strays.map(stray => ({ ...printed(stray), holderName: nameOf.get(stray.holderId ?? 0) ?? null }))
}
