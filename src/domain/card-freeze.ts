// Freezes (冻结): rows owned by the document that made them, so that one is lifted without touching another.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { joinRanges, type SerialRange, subtractRanges } from './range.ts'
import { lockBatches } from './stock.ts'

interface Of {
  countyId: number
  documentId: number
}

/** Freezes cards for a document, whatever else freezes them; a recharge comes wholly before it or is refused. */
export async function freezeCards(tx: Tx, of: Of, ranges: readonly SerialRange[], reason: string): Promise<void> {
  const joined = joinRanges(ranges)
  await lockBatches(tx, of.countyId, joined)
  await sql`
    insert into card_freeze (county_id, document_id, first_serial, last_serial, reason)
    select ${of.countyId}::smallint, ${of.documentId}::int, r.f, r.l, ${reason}
    from unnest(${joined.map(r => r.firstSerial)}::bigint[], ${joined.map(r => r.lastSerial)}::bigint[]) r(f, l)`.execute(
    tx,
  )
}

/**
 * Lifts the freezes of a document and no other, all or only in these ranges; a card is free when no document freezes
 * it. Returns what was lifted, joined.
 */
export async function thawCards(tx: Tx, of: Of, only?: readonly SerialRange[]): Promise<SerialRange[]> {
  const frozen = await tx
    .deleteFrom('cardFreeze')
    .where('countyId', '=', of.countyId)
    .where('documentId', '=', of.documentId)
    .returning(['firstSerial', 'lastSerial', 'reason', 'at'])
    .execute()
  if (only === undefined) return joinRanges(frozen)
  const kept = frozen.flatMap(({ reason, at, ...range }) =>
    subtractRanges([range], only).map(left => ({ ...left, reason, at })),
  )
  const column = <T>(value: (row: (typeof kept)[number]) => T) => kept.map(value)
  await sql`
    insert into card_freeze (county_id, document_id, first_serial, last_serial, reason, at)
    select ${of.countyId}::smallint, ${of.documentId}::int, k.*
    from unnest(${column(k => k.firstSerial)}::bigint[], ${column(k => k.lastSerial)}::bigint[],
      ${column(k => k.reason)}::text[], ${column(k => k.at)}::timestamptz[]) k`.execute(tx)
  return subtractRanges(frozen, kept)
}
