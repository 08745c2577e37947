// Cards found bad (坏卡) while picking, on arrival or at a return: named with a reason, and proposed to be voided.

import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'
import { draftVoid, type VoidReason } from './card-void.ts'
import type { Document } from './document.ts'
import { storedRanges } from './document-forms.ts'
import {
  commonRanges,
  joinRanges,
  quantityOf,
  type SerialRange,
  sharedRanges,
  subtractRanges,
  totalQuantity,
} from './range.ts'
import { heldRanges } from './range-check.ts'
import { printSerial } from './serial.ts'

/** Why cards are cut out while picking, or refused by the station: damaged, dirty, PIN visible, lost, short, other. */
export const badReasons = ['damaged', 'soiled', 'pinVisible', 'lost', 'short', 'other'] as const

export const badRange = z.object({
  /** As stored, without check digits. */
  firstSerial: z.int(),
  lastSerial: z.int(),
  faceValueFen: z.int(),
  reason: z.enum(badReasons),
  note: z.string(),
})
export type BadRange = z.infer<typeof badRange>

/** The same as an answer gives it. */
export const printedBadRange = badRange.extend({ firstSerial: z.string(), lastSerial: z.string(), quantity: z.int() })

export function printedBadRanges<T extends BadRange>(ranges: readonly T[]) {
  return ranges.map(range => ({
    ...range,
    firstSerial: printSerial(range.firstSerial),
    lastSerial: printSerial(range.lastSerial),
    quantity: quantityOf(range),
  }))
}

type Printed = { firstSerial: string; lastSerial: string }

/** Ranges with reasons, cut by face value; refuses what is named twice or does not lie in `whole`. */
export function badRanges<T extends Printed & { reason: BadRange['reason']; note: string }>(
  printed: readonly T[],
  whole: readonly (SerialRange & { faceValueFen: number })[],
  countyId: number,
): BadRange[] {
  const ranges = storedRanges(printed, countyId)
  const outside = [...subtractRanges(ranges, whole), ...sharedRanges(ranges)]
  const text = ({ firstSerial, lastSerial }: SerialRange) => `${printSerial(firstSerial)}-${printSerial(lastSerial)}`
  if (outside.length > 0) refuse('notOfThisDocument', { n: totalQuantity(outside), ranges: outside.map(text) })
  return printed.flatMap(({ reason, note }, place) => {
    const range = ranges[place]
    if (!range) throw new Error('every printed range has a stored one')
    return whole.flatMap(({ faceValueFen, ...part }) =>
      commonRanges(range, [part]).map(common => ({ ...common, faceValueFen, reason, note })),
    )
  })
}

/** What a void document calls the reason, and whether there is a card to keep. */
const asVoid: Record<BadRange['reason'], { reason: VoidReason; physical: boolean }> = {
  damaged: { reason: 'inspectionFailed', physical: true },
  soiled: { reason: 'soiled', physical: true },
  pinVisible: { reason: 'pinLayerDamaged', physical: true },
  lost: { reason: 'lost', physical: false },
  short: { reason: 'lost', physical: false },
  other: { reason: 'other', physical: true },
}

/**
 * Drafts of void documents for bad cards that are still where they were found, one for each reason, with the document
 * as their source. A draft claims nothing: whoever wrote it completes and submits it.
 */
export async function proposeVoids(tx: Tx, actor: Actor, source: Document, bad: readonly BadRange[], holderId: number) {
  const held = await heldRanges(tx, source.countyId, bad, false)
  const here = held.filter(row => row.holderId === holderId && row.transitDocumentId === null)
  for (const why of new Set(bad.map(one => one.reason))) {
    const found = bad.filter(one => one.reason === why)
    const ranges = here.flatMap(row => commonRanges(row, joinRanges(found)))
    if (ranges.length === 0) continue
    const { reason, physical } = asVoid[why]
    const story = [...new Set(found.map(one => one.note))].join('；').slice(0, 1_000)
    const form = { reason, physical, story, money: null, responsible: null, custody: null }
    await draftVoid(tx, actor, { form, ranges, sourceDocumentId: source.documentId })
  }
}
