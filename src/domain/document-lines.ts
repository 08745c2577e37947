// Lines of a document: quantities wanted per face value, or ranges of cards; written as a whole.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { quantityOf, type SerialRange } from './range.ts'

export interface RangeLine extends SerialRange {
  faceValueFen: number
  result?: string
  note?: string
}

interface Of {
  countyId: number
  documentId: number
}

export interface QuantityLine {
  faceValueFen: number
  quantity: number
  approvedQuantity?: number
}

/** Puts lines of quantities in the place of all lines. */
export async function writeQuantities(tx: Tx, of: Of, lines: readonly QuantityLine[]): Promise<void> {
  await clearLines(tx, of)
  if (lines.length === 0) return
  await tx
    .insertInto('documentLine')
    .values(
      lines.map((line, place) => ({
        countyId: of.countyId,
        documentId: of.documentId,
        lineNo: place + 1,
        faceValueFen: line.faceValueFen,
        quantity: line.quantity,
        approvedQuantity: line.approvedQuantity ?? null,
      })),
    )
    .execute()
}

/** Puts lines of ranges in the place of all lines. */
export async function writeRanges(tx: Tx, of: Of, lines: readonly RangeLine[]): Promise<void> {
  await clearLines(tx, of)
  const column = <T>(value: (line: RangeLine) => T) => lines.map(value)
  await sql`
    insert into document_line (county_id, document_id, line_no, first_serial, last_serial, quantity, face_value_fen, result, note)
    select ${of.countyId}::smallint, ${of.documentId}::int, l.place, l.f, l.l, l.quantity, l.face, l.result, l.note
    from unnest(
      ${column(l => l.firstSerial)}::bigint[], ${column(l => l.lastSerial)}::bigint[], ${column(quantityOf)}::int[],
      ${column(l => l.faceValueFen)}::int[], ${column(l => l.result ?? null)}::text[], ${column(l => l.note ?? '')}::text[])
      with ordinality as l(f, l, quantity, face, result, note, place)`.execute(tx)
}

/** The ranges of a document's lines, in order. */
export async function readRanges(tx: Tx, of: Of): Promise<(SerialRange & { faceValueFen: number; note: string })[]> {
  const { rows } = await sql<SerialRange & { faceValueFen: number; note: string }>`
    select first_serial, last_serial, face_value_fen, note from document_line
    where county_id = ${of.countyId} and document_id = ${of.documentId} and first_serial is not null
    order by line_no`.execute(tx)
  return rows
}

/** The quantities of a document's lines: applied for, and approved where that has happened. */
export async function readQuantities(tx: Tx, of: Of): Promise<Required<QuantityLine>[]> {
  const { rows } = await sql<Required<QuantityLine>>`
    select face_value_fen, quantity, coalesce(approved_quantity, quantity) as approved_quantity from document_line
    where county_id = ${of.countyId} and document_id = ${of.documentId} order by face_value_fen`.execute(tx)
  return rows
}

async function clearLines(tx: Tx, of: Of): Promise<void> {
  await tx
    .deleteFrom('documentLine')
    .where('countyId', '=', of.countyId)
    .where('documentId', '=', of.documentId)
    .execute()
}
