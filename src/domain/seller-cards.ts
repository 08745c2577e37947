// The cards of a seller or hall: by which purchase each came, and what became of those in hand.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import { instant, pageSize, printedSerial } from './forms.ts'
import { quantityOf, type SerialRange } from './range.ts'
import { ownSerial, printSerial } from './serial.ts'

export interface PurchasedRange extends SerialRange {
  documentId: number
  documentNo: string
  at: Date
}

/** The last purchase of each card of these ranges, from the journal: cut where it changes, joined where it does not. */
export async function lastPurchases(
  tx: Tx,
  countyId: number,
  ranges: readonly SerialRange[],
): Promise<PurchasedRange[]> {
  const { rows } = await sql<PurchasedRange>`
    with wanted as (
      select f, l from unnest(${ranges.map(r => r.firstSerial)}::bigint[], ${ranges.map(r => r.lastSerial)}::bigint[]) w(f, l)
    ), piece as (
      select b as f, coalesce(lead(b) over (partition by w.f order by b) - 1, w.l) as l
      from wanted w cross join lateral (
        select w.f as b
        union select unnest(array[m.first_serial, m.last_serial + 1]) from movement m
          where m.county_id = ${countyId} and m.kind = 'purchase' and int8range(m.first_serial, m.last_serial, '[]') && int8range(w.f, w.l, '[]')
      ) cuts where b between w.f and w.l
    )
    select p.f as first_serial, p.l as last_serial, m.document_id, coalesce(d.document_no, '') as document_no, m.at
    from piece p
    cross join lateral (
      -- offset 0: found by the card; the order outside must not lead to reading the journal from its end.
      select x.document_id, x.at from (
        select movement_id, document_id, at from movement
        where county_id = ${countyId} and kind = 'purchase' and int8range(first_serial, last_serial, '[]') @> p.f offset 0) x
      order by x.movement_id desc limit 1) m
    join document d on d.county_id = ${countyId} and d.document_id = m.document_id
    order by p.f`.execute(tx)
  return joinEqual(rows, ranges)
}

/** Neighbours of one purchase are one range again, but for the ends of what was asked. */
function joinEqual(rows: readonly PurchasedRange[], ranges: readonly SerialRange[]): PurchasedRange[] {
  const starts = new Set(ranges.map(range => range.firstSerial))
  const joined: PurchasedRange[] = []
  for (const row of rows) {
    const last = joined.at(-1)
    const goesOn = last && last.documentId === row.documentId && last.lastSerial + 1 === row.firstSerial
    if (goesOn && !starts.has(row.firstSerial)) last.lastSerial = row.lastSerial
    else joined.push({ ...row })
  }
  return joined
}

export const sellerRange = z.object({
  firstSerial: z.string(),
  lastSerial: z.string(),
  faceValueFen: z.int(),
  expiresOn: z.string(),
  quantity: z.int(),
  /** Recharged; being recharged; frozen and not used; the rest is free. */
  used: z.int(),
  held: z.int(),
  frozen: z.int(),
  purchaseId: z.int(),
  purchaseNo: z.string(),
  purchasedAt: instant,
})

/** Most ranges of a page; each is cut into its purchases. */
export const rangesPage = {
  /** Ranges with nothing left to sell are shown too. */
  includeUsed: z.boolean().default(false),
  /** Only ranges after this serial: the last of the page before. */
  afterSerial: printedSerial.optional(),
  limit: pageSize,
}
const page = z.object(rangesPage)

/** The ranges that a seller or hall holds, with what each did since its purchase. */
export async function readSellerRanges(
  tx: Tx,
  { countyId, holderId }: { countyId: number; holderId: number },
  { includeUsed, afterSerial, limit }: z.output<typeof page>,
): Promise<z.input<typeof sellerRange>[]> {
  const after = afterSerial === undefined ? -1 : ownSerial(afterSerial, countyId)
  const held = await sql<SerialRange & { faceValueFen: number; expiresOn: string }>`
    select r.first_serial, r.last_serial, r.face_value_fen, r.expires_on from card_range r
    where r.county_id = ${countyId} and r.holder_id = ${holderId} and r.state = 'seller' and r.last_serial > ${after}
      and (${includeUsed} or r.last_serial - r.first_serial + 1 > (select count(*) from card_use u
        where u.county_id = r.county_id and u.serial between r.first_serial and r.last_serial and u.stamped_at is not null))
    order by r.first_serial limit ${limit}`.execute(tx)
  const purchases = await lastPurchases(tx, countyId, held.rows)
  const conditions = await conditionsOf(tx, countyId, purchases)
  return purchases.flatMap((purchase, place) => {
    const row = held.rows.find(one => one.firstSerial <= purchase.firstSerial && purchase.lastSerial <= one.lastSerial)
    const counts = conditions[place]
    const open = includeUsed || (counts && counts.used < quantityOf(purchase))
    if (!row || !counts || !open || purchase.lastSerial <= after) return []
    return [
      {
        firstSerial: printSerial(purchase.firstSerial),
        lastSerial: printSerial(purchase.lastSerial),
        faceValueFen: row.faceValueFen,
        expiresOn: row.expiresOn,
        quantity: quantityOf(purchase),
        ...counts,
        purchaseId: purchase.documentId,
        purchaseNo: purchase.documentNo,
        purchasedAt: purchase.at,
      },
    ]
  })
}

/** How many cards of each range are used, held and frozen, in the order given. */
async function conditionsOf(tx: Tx, countyId: number, ranges: readonly SerialRange[]) {
  const { rows } = await sql<{ used: number; held: number; frozen: number }>`
    select u.used, u.held, greatest(0, f.cards - f.used)::int as frozen
    from unnest(${ranges.map(r => r.firstSerial)}::bigint[], ${ranges.map(r => r.lastSerial)}::bigint[]) with ordinality w(f, l, place)
    cross join lateral (
      select count(*) filter (where stamped_at is not null)::int as used, count(*) filter (where stamped_at is null)::int as held
      from card_use u where u.county_id = ${countyId} and u.serial between w.f and w.l) u
    cross join lateral (
      select coalesce(sum(upper(span) - lower(span)), 0) as cards, coalesce(sum((select count(*) from card_use x
          where x.county_id = ${countyId} and x.serial >= lower(span) and x.serial < upper(span))), 0) as used
      from (select unnest(range_agg(int8range(greatest(w.f, z.first_serial), least(w.l, z.last_serial), '[]'))) as span
        from card_freeze z where z.county_id = ${countyId}
          and int8range(z.first_serial, z.last_serial, '[]') && int8range(w.f, w.l, '[]')) spans) f
    order by w.place`.execute(tx)
  return rows
}
