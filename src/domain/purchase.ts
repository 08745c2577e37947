// A purchase (售卡单): what its document holds beside the ranges, and what both its scan and its execution check.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import { countySettings } from './county-settings.ts'
import type { Entered } from './movable-lines.ts'
import type { SerialRange } from './range.ts'
import type { FaultWords } from './range-check.ts'

/** How a seller stands after a document (赊销额度, 欠款), for its slip. */
export const standing = z.object({ creditLimitFen: z.int(), owedFen: z.int() })

export const purchaseBody = z.object({
  sellerId: z.int(),
  sellerName: z.string(),
  /** Null until it is executed. */
  payment: z
    .object({
      method: z.enum(['cash', 'transfer', 'credit']),
      amountFen: z.int(),
      reference: z.string(),
    })
    .nullable()
    .default(null),
  /** The joint check (联合检验): by the seller's password on the station's screen, or on paper; whose and when. */
  jointCheck: z
    .object({
      confirmed: z.enum(['password', 'paper']),
      by: z.string().default(''),
      staffNo: z.string().default(''),
      at: z.string().default(''),
    })
    .nullable()
    .default(null),
  after: standing.nullable().default(null),
})
export type PurchaseBody = z.output<typeof purchaseBody>

const words: FaultWords = { STATE: 'SK05', HOLD: 'SK05', TRANSIT: 'SK04', EXPIRING: 'SK08' }

/** What a purchase moves out of a station, with the words of its faults. */
export async function purchased(
  tx: Tx,
  of: { countyId: number; documentId: number; holderId: number },
  ranges: readonly SerialRange[],
): Promise<Entered & { kind: 'purchase' }> {
  const { countyId, documentId, holderId } = of
  const goodUntil = await goodUntilDay(tx, countyId)
  return { countyId, kind: 'purchase', ranges, fromHolderId: holderId, documentId, goodUntil, words }
}

/** Cards must still be good for the county's months when they are sold on. */
async function goodUntilDay(tx: Tx, countyId: number): Promise<string> {
  const { monthsLeftToSell } = await countySettings(tx, countyId)
  const { rows } = await sql<{ day: string }>`
    select ((now() at time zone 'Asia/Shanghai') + make_interval(months => ${monthsLeftToSell}))::date::text as day`.execute(
    tx,
  )
  const row = rows[0]
  if (!row) throw new Error('a row without a table')
  return row.day
}
