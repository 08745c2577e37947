// Claims (占用): the cards of an open document, which no other may take meanwhile.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { joinRanges, type SerialRange } from './range.ts'

interface Of {
  countyId: number
  documentId: number
}

/** Claims these ranges and no others for the document; the database refuses a card that another holds. */
export async function claimRanges(tx: Tx, of: Of, ranges: readonly SerialRange[]): Promise<void> {
  await releaseClaims(tx, of)
  const joined = joinRanges(ranges)
  await sql`
    insert into claim (county_id, document_id, first_serial, last_serial)
    select ${of.countyId}::smallint, ${of.documentId}::int, r.*
    from unnest(${joined.map(r => r.firstSerial)}::bigint[], ${joined.map(r => r.lastSerial)}::bigint[]) r`.execute(tx)
}

/** Gives the cards free; every document does so when it ends. */
export async function releaseClaims(tx: Tx, of: Of): Promise<void> {
  await tx.deleteFrom('claim').where('countyId', '=', of.countyId).where('documentId', '=', of.documentId).execute()
}
