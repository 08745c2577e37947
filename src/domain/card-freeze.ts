// Freezes (冻结): rows owned by the document that made them, so that one is lifted without touching another.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { joinRanges, type SerialRange } from './range.ts'
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

/** Lifts the freezes of a document and no other; a card is free when no document freezes it. */
export async function thawCards(tx: Tx, of: Of): Promise<void> {
  await tx
    .deleteFrom('cardFreeze')
    .where('countyId', '=', of.countyId)
    .where('documentId', '=', of.documentId)
    .execute()
}
