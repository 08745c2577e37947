// A sale to a customer as a seller or hall enters it (售出登记单): optional, with or without a buyer's name, and final.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'
import { applicant } from './card-service.ts'
import { singleHolder } from './county.ts'
import { createDocument, type Document, operatorOf } from './document.ts'
import { amountOf, endDraft } from './draft.ts'
import { lockedRanges, movableLines } from './movable-lines.ts'
import { quantityOf, type SerialRange, subtractRanges, totalQuantity } from './range.ts'
import { mostNamed } from './range-check.ts'
import { printSerial } from './serial.ts'
import { moveCards } from './stock.ts'

export const saleBody = z.object({
  sellerId: z.int(),
  sellerName: z.string(),
  /** Named: a lost card of theirs can be exchanged. */
  buyer: applicant.nullable().default(null),
})

export interface Sale {
  seller: { holderId: number; name: string }
  ranges: readonly SerialRange[]
  buyer: z.output<typeof applicant> | null
  note: string
  at: Date
}

/** Enters a sale of cards in hand: 售卡员 → 客户. They cannot be returned to the station afterwards. */
export async function enterSale(tx: Tx, actor: Actor, { seller, ranges, buyer, note, at }: Sale) {
  const { countyId } = actor
  const { holderId } = seller
  await requireInHand(tx, { countyId, holderId }, ranges)
  const body = saleBody.parse({ sellerId: holderId, sellerName: seller.name, buyer })
  const draft: Document = await createDocument(tx, actor, { kind: 'DS', holderId, note, body })
  const cause = { countyId, documentId: draft.documentId, operatorId: operatorOf(actor), at }
  const words = { USED: 'saleUsed' }
  const move = { ...cause, kind: 'sale' as const, ranges, fromHolderId: holderId, words }
  const lines = await movableLines(tx, move)
  await moveCards(tx, { ...move, toHolderId: await singleHolder(tx, countyId, 'customer') })
  const sold = await endDraft(tx, actor, draft, 'DS', { lines, body, note })
  return { ...sold, quantity: totalQuantity(lines), amountFen: amountOf(lines) }
}

/**
 * Refuses cards that this seller or hall does not hold, under the locks of their batches. Whose they are instead, and
 * whether they are there at all, is not a seller's to know.
 */
export async function requireInHand(
  tx: Tx,
  { countyId, holderId }: { countyId: number; holderId: number },
  ranges: readonly SerialRange[],
): Promise<void> {
  const held = await lockedRanges(tx, { countyId, ranges })
  const own = held.filter(row => row.state === 'seller' && row.holderId === holderId)
  const missing = subtractRanges(ranges, own)
  if (missing.length === 0) return
  refuse('notInHand', {
    quantity: totalQuantity(missing),
    cards: missing
      .slice(0, mostNamed)
      .map(range => `${printSerial(range.firstSerial)}-${printSerial(range.lastSerial)} ${quantityOf(range)}`),
  })
}

/** Quantity and value of cards, summed. */
export const cardSum = z.object({ quantity: z.int(), amountFen: z.int() })

interface Sums {
  purchased: z.output<typeof cardSum>
  returned: z.output<typeof cardSum>
  /** Sales that were entered, and cards recharged without an entry: both left the hand. */
  sold: z.output<typeof cardSum>
  recharged: z.output<typeof cardSum>
}
export const sellerSums = z.object({ purchased: cardSum, returned: cardSum, sold: cardSum, recharged: cardSum })

/** What a seller or hall bought, gave back and sold since a moment, and how many of its cards were recharged. */
export async function readSellerSums(
  tx: Tx,
  { countyId, holderId }: { countyId: number; holderId: number },
  since: Date,
): Promise<Sums> {
  const { rows } = await sql<{ name: keyof Sums; quantity: number; amountFen: number }>`
    with counted as (
      select case kind when 'purchase' then 'purchased' when 'sellerReturn' then 'returned' else 'sold' end as name, quantity, face_value_fen
      from movement where county_id = ${countyId} and at >= ${since} and (
        (kind = 'purchase' and to_holder_id = ${holderId}) or (kind in ('sellerReturn', 'sale') and from_holder_id = ${holderId}))
      union all
      -- Recharged without an entry: the movement of the sale stands for both.
      select 'recharged', quantity, face_value_fen from movement
      where county_id = ${countyId} and at >= ${since} and kind = 'sale' and from_holder_id = ${holderId} and recharge_id is not null
      union all
      -- Stamped, and not yet carried into the journal.
      select n.name, 1, r.face_value_fen from use_carry c join recharge r using (county_id, recharge_id)
      cross join (values ('sold'), ('recharged')) n(name)
      where c.county_id = ${countyId} and c.stamped_at >= ${since} and r.holder_id = ${holderId}
      union all
      -- Recharged by the customer to whom an entered sale went.
      select 'recharged', 1, m.face_value_fen from movement m
      join card_use u on u.county_id = m.county_id and u.serial between m.first_serial and m.last_serial
      where m.county_id = ${countyId} and m.kind = 'sale' and m.from_holder_id = ${holderId} and m.document_id is not null and u.stamped_at >= ${since}
    )
    select name, sum(quantity)::int as quantity, sum(quantity::bigint * face_value_fen)::bigint as amount_fen from counted group by 1`.execute(
    tx,
  )
  const sumOf = (name: keyof Sums) => {
    const row = rows.find(one => one.name === name)
    return { quantity: row?.quantity ?? 0, amountFen: row?.amountFen ?? 0 }
  }
  return {
    purchased: sumOf('purchased'),
    returned: sumOf('returned'),
    sold: sumOf('sold'),
    recharged: sumOf('recharged'),
  }
}
