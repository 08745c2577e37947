// Writing ranges of cards: cut at the ends of what moves, joined again with equal neighbours of their batch.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { commonRanges, type SerialRange } from './range.ts'
import type { HeldRange } from './range-check.ts'

export interface Piece extends HeldRange {
  /** Whether the piece is part of what was asked for, or what is left of a range that was cut. */
  wanted: boolean
}

/** Cuts a range at the ends of what is wanted (joined ranges). */
export function cut(row: HeldRange, wanted: readonly SerialRange[]): Piece[] {
  const pieces: Piece[] = []
  let next = row.firstSerial
  for (const { firstSerial, lastSerial } of commonRanges(row, wanted)) {
    if (firstSerial > next) pieces.push({ ...row, firstSerial: next, lastSerial: firstSerial - 1, wanted: false })
    pieces.push({ ...row, firstSerial, lastSerial, wanted: true })
    next = lastSerial + 1
  }
  if (next <= row.lastSerial) pieces.push({ ...row, firstSerial: next, wanted: false })
  return pieces
}

/** Writes the pieces in place of the ranges they came from, joined with each other and with equal neighbours. */
export async function replaceRanges(tx: Tx, old: readonly HeldRange[], pieces: readonly HeldRange[]): Promise<void> {
  const countyId = pieces[0]?.countyId
  if (countyId === undefined) return
  const neighbours = await neighboursOf(tx, countyId, old, pieces)
  const joined: HeldRange[] = []
  for (const row of [...pieces, ...neighbours].sort((a, b) => a.firstSerial - b.firstSerial)) {
    const last = joined.at(-1)
    if (last && last.lastSerial + 1 === row.firstSerial && sameKind(last, row)) last.lastSerial = row.lastSerial
    else joined.push({ ...row })
  }
  await sql`
    delete from card_range where county_id = ${countyId}
      and first_serial = any(${[...old, ...neighbours].map(row => row.firstSerial)}::bigint[])`.execute(tx)
  const column = <T>(value: (row: HeldRange) => T) => joined.map(value)
  await sql`
    insert into card_range (county_id, first_serial, last_serial, batch_id, face_value_fen, state, holder_id,
      transit_document_id, expires_on)
    select ${countyId}::smallint, * from unnest(
      ${column(r => r.firstSerial)}::bigint[], ${column(r => r.lastSerial)}::bigint[], ${column(r => r.batchId)}::int[],
      ${column(r => r.faceValueFen)}::int[], ${column(r => r.state)}::text[], ${column(r => r.holderId)}::int[],
      ${column(r => r.transitDocumentId)}::int[], ${column(r => r.expiresOn)}::date[])`.execute(tx)
}

/** Equal ranges of the same batches that touch the pieces; other batches are not ours to touch, since they are not locked. */
async function neighboursOf(
  tx: Tx,
  countyId: number,
  old: readonly HeldRange[],
  pieces: readonly HeldRange[],
): Promise<HeldRange[]> {
  const points = pieces.flatMap(({ batchId, firstSerial, lastSerial }) => [
    { batchId, point: firstSerial - 1 },
    { batchId, point: lastSerial + 1 },
  ])
  const { rows } = await sql<HeldRange>`
    select distinct r.county_id, r.first_serial, r.last_serial, r.batch_id, r.face_value_fen, r.state, r.holder_id,
      r.transit_document_id, r.expires_on
    from unnest(${points.map(p => p.batchId)}::int[], ${points.map(p => p.point)}::bigint[]) p(batch_id, point)
    join card_range r on r.county_id = ${countyId} and int8range(r.first_serial, r.last_serial, '[]') @> p.point
      and r.batch_id = p.batch_id
    where r.first_serial <> all(${old.map(row => row.firstSerial)}::bigint[])`.execute(tx)
  const ends = new Map(
    pieces.flatMap(piece => [[piece.firstSerial, piece] as const, [piece.lastSerial, piece] as const]),
  )
  return rows.filter(row => {
    const [above, below] = [ends.get(row.lastSerial + 1), ends.get(row.firstSerial - 1)]
    return (above && sameKind(above, row)) || (below && sameKind(below, row))
  })
}

function sameKind(a: HeldRange, b: HeldRange): boolean {
  return (
    a.batchId === b.batchId &&
    a.state === b.state &&
    a.holderId === b.holderId &&
    a.transitDocumentId === b.transitDocumentId &&
    a.expiresOn === b.expiresOn
  )
}
