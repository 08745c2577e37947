// A return (退卡单): what its document holds, where the cards came from, and what its scan and execution check.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import { refuse } from '../kernel/refusal.ts'
import type { RangeLine } from './document-lines.ts'
import { type Entered, faultsOfMove, lockedRanges } from './movable-lines.ts'
import { standing } from './purchase.ts'
import { commonRanges, type SerialRange } from './range.ts'
import {
  type FaultCode,
  type FaultWords,
  facedRanges,
  faultText,
  mostNamed,
  type RangeFault,
  refuseFaults,
} from './range-check.ts'
import { lastPurchases } from './seller-cards.ts'
import { printSerial } from './serial.ts'

/** Lines bear the number of the original purchase (原售卡单号) as their note. */
export const returnBody = z.object({
  /** Who bought the cards; null until some were scanned. */
  sellerId: z.int().nullable().default(null),
  sellerName: z.string().default(''),
  /** The parts of the refund (退款方式, 实退); empty until it is executed. */
  refunds: z
    .array(z.object({ method: z.enum(['cash', 'transfer', 'offset']), amountFen: z.int(), reference: z.string() }))
    .default([]),
  after: standing.nullable().default(null),
})
export type ReturnBody = z.output<typeof returnBody>

export interface Returnable {
  seller: { holderId: number; name: string }
  lines: RangeLine[]
  move: Entered & { kind: 'sellerReturn' }
}

/**
 * The cards as they come back, under the locks of their batches: all bought by one seller or hall of this station, or
 * refused with every fault. The cards say who that is, unless somebody is named who brings them.
 */
export async function returnable(
  tx: Tx,
  { countyId, documentId, holderId }: { countyId: number; documentId: number; holderId: number },
  ranges: readonly SerialRange[],
  sellerId: number | null,
): Promise<Returnable> {
  const held = await lockedRanges(tx, { countyId, ranges })
  const lines = facedRanges(held, ranges)
  const bought = held.find(row => row.state === 'seller' && commonRanges(row, lines).length > 0)
  const fromHolderId = sellerId ?? bought?.holderId ?? 0
  const move = { countyId, kind: 'sellerReturn' as const, ranges, fromHolderId, documentId }
  await refuseReturn(tx, countyId, await faultsOfMove(tx, move, held))
  const seller = await nameOf(tx, countyId, fromHolderId)
  const [line] = lines
  if (!line) throw new Error('cards without a fault are there')
  if (seller.parentId !== holderId)
    refuse('TK01', { serial: printSerial(line.firstSerial), seller: seller.name, faults: [] })
  return { seller, move, lines: await withOrigins(tx, countyId, lines) }
}

/** TK01, TK02, TK03 and TK05, each where it is the only reason. */
async function refuseReturn(tx: Tx, countyId: number, faults: readonly RangeFault[]): Promise<void> {
  const [first] = faults
  if (!first) return
  const all = (code: FaultCode, about: string) =>
    faults.every(fault => fault.code === code && fault.about.startsWith(about))
  if (all('USED', 'used')) refuse('TK02', { quantity: faults.length, cards: await timesUsed(tx, countyId, faults) })
  if (all('HOLD', '')) {
    const seller = first.about.slice(first.about.indexOf(' ') + 1)
    refuse('TK01', {
      serial: printSerial(first.firstSerial),
      seller,
      faults: faults.slice(0, mostNamed).map(faultText),
    })
  }
  const words: FaultWords = all('USED', 'held') ? { USED: 'TK05' } : all('STATE', 'customer ') ? { STATE: 'TK03' } : {}
  refuseFaults(faults, words)
}

/** Each used card with the moment of its recharge. */
async function timesUsed(tx: Tx, countyId: number, used: readonly RangeFault[]): Promise<string[]> {
  const { rows } = await sql<{ serial: number; time: string }>`
    select u.serial, to_char(r.accepted_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') as time
    from card_use u join recharge r using (county_id, recharge_id)
    where u.county_id = ${countyId} and u.serial = any(${used.map(fault => fault.firstSerial)}::bigint[])
    order by u.serial limit ${mostNamed}`.execute(tx)
  return rows.map(row => `${printSerial(row.serial)} ${row.time}`)
}

async function nameOf(tx: Tx, countyId: number, holderId: number) {
  return tx
    .selectFrom('holder')
    .select(['holderId', 'name', 'parentId'])
    .where('countyId', '=', countyId)
    .where('holderId', '=', holderId)
    .executeTakeFirstOrThrow()
}

/** The lines, cut where the original purchases change, each with the number of its own. */
async function withOrigins(tx: Tx, countyId: number, lines: readonly RangeLine[]): Promise<RangeLine[]> {
  const origins = await lastPurchases(tx, countyId, lines)
  return lines.flatMap(line =>
    origins
      .filter(origin => origin.firstSerial >= line.firstSerial && origin.lastSerial <= line.lastSerial)
      .map(({ firstSerial, lastSerial, documentNo }) => ({ ...line, firstSerial, lastSerial, note: documentNo })),
  )
}
