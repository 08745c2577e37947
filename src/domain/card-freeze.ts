// Freezes (冻结): each is owned by the document that froze; a card is free only when no freeze covers it.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { joinRanges, type SerialRange, subtractRanges } from './range.ts'
import { lockBatches } from './stock.ts'

interface Of {
  countyId: number
  documentId: number
}

/** Freezes the ranges in the name of the document; whoever asks has checked which cards they are. */
export async function freezeCards(
  tx: Tx,
  of: Of,
  ranges: readonly SerialRange[],
  freeze: { reason: string; at: Date },
): Promise<void> {
  const joined = joinRanges(ranges)
  if (joined.length === 0) return
  await lockBatches(tx, of.countyId, joined)
  await sql`
    insert into card_freeze (county_id, document_id, first_serial, last_serial, reason, at)
    select ${of.countyId}::smallint, ${of.documentId}::int, r.f, r.l, ${freeze.reason}, ${freeze.at}::timestamptz
    from unnest(${joined.map(r => r.firstSerial)}::bigint[], ${joined.map(r => r.lastSerial)}::bigint[]) r(f, l)`.execute(
    tx,
  )
}

/** Lifts the freezes of the document and no other: in these ranges, or all of them. Returns what was lifted, joined. */
export async function thaw(tx: Tx, of: Of, ranges?: readonly SerialRange[]): Promise<SerialRange[]> {
  const frozen = await freezesOf(tx, of)
  await lockBatches(tx, of.countyId, frozen)
  const { rows } = await sql<SerialRange & { reason: string; at: Date }>`
    delete from card_freeze where county_id = ${of.countyId} and document_id = ${of.documentId}
    returning first_serial, last_serial, reason, at`.execute(tx)
  const kept = ranges === undefined ? [] : rows.map(row => ({ ...row, left: subtractRanges([row], ranges) }))
  for (const { left, reason, at } of kept) await freezeCards(tx, of, left, { reason, at })
  return subtractRanges(
    rows,
    kept.flatMap(row => row.left),
  )
}

async function freezesOf(tx: Tx, of: Of): Promise<SerialRange[]> {
  return tx
    .selectFrom('cardFreeze')
    .select(['firstSerial', 'lastSerial'])
    .where('countyId', '=', of.countyId)
    .where('documentId', '=', of.documentId)
    .execute()
}
