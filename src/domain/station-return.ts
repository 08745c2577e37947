// A station returns cards to the county (供电所返卡): what its two documents hold, and which cards may come back.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import { refuse } from '../kernel/refusal.ts'
import { lockMade } from './approval.ts'
import { badRange } from './bad-cards.ts'
import type { Document } from './document.ts'
import { readRanges } from './document-lines.ts'
import { receiver } from './draw.ts'
import { commonRanges, joinRanges, type SerialRange, subtractRanges, totalQuantity } from './range.ts'
import { facedRanges, findFaults, heldRanges, type RangeFault, refuseFaults } from './range-check.ts'
import { printSerial } from './serial.ts'
import { lockBatches } from './stock.ts'

/** 滞销 临近到期 面值调剂 撤并 其他 */
export const returnReasons = ['slow', 'expiring', 'rebalance', 'merged', 'other'] as const

/** 返卡申请单 */
export const returnApplicationBody = z.object({
  reason: z.enum(returnReasons),
  /** 送卡人 */
  sender: receiver.nullable(),
})

/** 返卡单 */
export const returnBody = z.object({
  inspector: z.object({ name: z.string(), staffNo: z.string(), at: z.string() }).nullable().default(null),
  /** Not intact: they stay with the station, some of them to be voided; null while nobody has decided. */
  bad: z.array(badRange.extend({ treatment: z.enum(['exclude', 'void']).nullable() })).default([]),
})
export type ReturnBody = z.infer<typeof returnBody>

export type Faced = SerialRange & { faceValueFen: number }

/** The ranges as entered, by face value; 0 for numbers that no card has, which a draft may still hold. */
export async function draftLines(tx: Tx, countyId: number, ranges: readonly SerialRange[]): Promise<Faced[]> {
  const held = await heldRanges(tx, countyId, joinRanges(ranges), false)
  return ranges.flatMap(range => {
    const none = subtractRanges([range], held).map(gap => ({ ...gap, faceValueFen: 0 }))
    return [...facedRanges(held, [range]), ...none].sort((a, b) => a.firstSerial - b.firstSerial)
  })
}

/** Refuses unless every card is in the stock of the station of this document, free, and was drawn by that station. */
export async function checkReturnable(tx: Tx, of: Document, ranges: readonly SerialRange[]): Promise<Faced[]> {
  const { countyId, documentId, holderId } = of
  if (ranges.length === 0) refuse('C04')
  const wanted = joinRanges(ranges)
  await lockBatches(tx, countyId, wanted)
  const held = await heldRanges(tx, countyId, wanted)
  const check = { countyId, ranges, held, states: ['station'] as const, holderId, documentId }
  const faults = await findFaults(tx, { ...check, refusesExpired: false, refusesFrozen: true })
  const sold = faults.every(fault => isSold(fault))
  refuseFaults(faults, sold ? { STATE: 'FS03' } : { STATE: 'FS01', HOLD: 'FS01', TRANSIT: 'FS01' })
  const elsewhere = await drawnElsewhere(tx, of, wanted)
  if (elsewhere.length > 0) {
    refuse('FS02', {
      n: totalQuantity(elsewhere),
      ranges: elsewhere.slice(0, 200).map(one => `${printed(one)}→${one.drawnBy}`),
    })
  }
  return facedRanges(held, wanted)
}

/** Whether a card is with a seller or hall, who must give it back first (FS03). */
export const isSold = ({ code, about }: RangeFault) => code === 'STATE' && about.startsWith('seller ')

export const printed = ({ firstSerial, lastSerial }: SerialRange) =>
  `${printSerial(firstSerial)}-${printSerial(lastSerial)}`

/** Parts of the ranges whose latest draw was another station's, by the journal. */
export async function drawnElsewhere(
  tx: Tx,
  { countyId, holderId }: Pick<Document, 'countyId' | 'holderId'>,
  wanted: readonly SerialRange[],
): Promise<(SerialRange & { drawnBy: string })[]> {
  const { rows } = await sql<SerialRange & { holderId: number; name: string }>`
    select distinct m.movement_id, m.first_serial, m.last_serial, m.to_holder_id as holder_id, h.name
    from unnest(${wanted.map(w => w.firstSerial)}::bigint[], ${wanted.map(w => w.lastSerial)}::bigint[]) w(f, l)
    join movement m on m.county_id = ${countyId} and m.kind = 'draw'
      and int8range(m.first_serial, m.last_serial, '[]') && int8range(w.f, w.l, '[]')
    join holder h on h.county_id = m.county_id and h.holder_id = m.to_holder_id
    order by m.movement_id desc`.execute(tx)
  const elsewhere: (SerialRange & { drawnBy: string })[] = []
  let open = joinRanges(wanted)
  for (const { holderId: by, name, ...drawn } of rows) {
    if (by !== holderId) for (const part of commonRanges(drawn, open)) elsewhere.push({ ...part, drawnBy: name })
    open = subtractRanges(open, [drawn])
  }
  return elsewhere.sort((a, b) => a.firstSerial - b.firstSerial)
}

export interface Inspection {
  slip: Document
  application: Document
  applied: Faced[]
}

/** A return under way and its application, locked, with the cards that were applied for. */
export async function lockInspection(
  tx: Tx,
  countyId: number,
  documentId: number,
  version?: number,
): Promise<Inspection> {
  const { made, application } = await lockMade(tx, 'FS', { countyId, documentId, version })
  return { slip: made, application, applied: await readRanges(tx, application) }
}

/** FK01: what was applied for and what came differ, both ways named. */
export function refuseDifferent(applied: readonly SerialRange[], received: readonly SerialRange[]): void {
  const [missing, extra] = [subtractRanges(applied, received), subtractRanges(received, applied)]
  if (missing.length + extra.length === 0) return
  refuse('FK01', {
    a: totalQuantity(applied),
    b: totalQuantity(received),
    missing: missing.slice(0, 100).map(printed),
    extra: extra.slice(0, 100).map(printed),
  })
}
