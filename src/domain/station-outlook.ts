// How long the cards of a station will last (可售天数), and how many it would do well to ask for (建议张数).

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import type { Availability } from './availability.ts'

export const outlookRow = z.object({
  faceValueFen: z.int(),
  /** 本所在库, without what is on the road. */
  stationStock: z.int(),
  inTransit: z.int(),
  /** 30 日净售: sold to sellers and halls less what they gave back. */
  netSales30: z.int(),
  /** Days the stock lasts at that pace; null where nothing is sold. */
  sellableDays: z.int().nullable(),
  suggested: z.int(),
})

/** Days of sales a suggestion provides for. */
const daysAhead = 30
const usualBox = 100

/** Suggested: what the coming thirty days want beyond stock, transit and own open applications, in whole boxes that are there to have. */
export async function stationOutlook(
  tx: Tx,
  { countyId, holderId, now }: { countyId: number; holderId: number; now: Date },
  available: readonly Availability[],
): Promise<z.input<typeof outlookRow>[]> {
  const faces = available.map(row => row.faceValueFen)
  const { rows } = await sql<{ face: number; stock: number; inTransit: number; sold: number; box: number }>`
    select a.face, coalesce(r.stock, 0)::int as stock, coalesce(r.in_transit, 0)::int as in_transit,
      greatest(coalesce(m.sold, 0), 0)::int as sold, coalesce(b.box_size, ${usualBox})::int as box
    from unnest(${faces}::int[]) a(face)
    left join lateral (
      select sum(last_serial - first_serial + 1) filter (where transit_document_id is null) as stock,
        sum(last_serial - first_serial + 1) filter (where transit_document_id is not null) as in_transit
      from card_range where county_id = ${countyId} and holder_id = ${holderId} and state = 'station' and face_value_fen = a.face) r on true
    left join lateral (
      select sum(case kind when 'purchase' then quantity else -quantity end) as sold from movement
      where county_id = ${countyId} and at > ${now}::timestamptz - make_interval(days => 30) and face_value_fen = a.face
        and (kind = 'purchase' and from_holder_id = ${holderId} or kind = 'sellerReturn' and to_holder_id = ${holderId})) m on true
    left join lateral (
      select box_size from batch where county_id = ${countyId} and face_value_fen = a.face order by batch_id desc limit 1) b on true`.execute(
    tx,
  )
  return rows.map(({ face, stock, inTransit, sold, box }) => {
    const open = available.find(row => row.faceValueFen === face)
    const perDay = sold / 30
    const wanted = Math.max(0, perDay * daysAhead - stock - inTransit - (open?.own ?? 0))
    const boxes = Math.min(Math.ceil(wanted / box), Math.floor(Math.max(0, open?.available ?? 0) / box))
    return {
      faceValueFen: face,
      stationStock: stock,
      inTransit,
      netSales30: sold,
      sellableDays: sold === 0 ? null : Math.floor(stock / perDay),
      suggested: boxes * box,
    }
  })
}
