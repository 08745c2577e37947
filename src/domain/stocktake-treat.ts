// Working differences of a stocktake to a close: which are meant, cut where only a part is, and what was done about them.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'
import { type Document, operatorOf } from './document.ts'
import { quantityOf, type SerialRange, subtractRanges, totalQuantity } from './range.ts'
import { insertDifferences, type NewDifference } from './stocktake-count.ts'

/** 已找到(补扫) 转作废 转返卡 属{持有者}退回 更正说明 */
export const treatments = ['found', 'void', 'return', 'belongs', 'correction'] as const
export type Treatment = (typeof treatments)[number]

const fitting: Record<string, readonly Treatment[]> = {
  missing: ['found', 'void', 'return', 'correction'],
  surplus: ['correction'],
  elsewhere: ['belongs', 'correction'],
}
/** What these wrote elsewhere cannot be taken back by saying something else. */
const final: readonly string[] = ['found', 'void']

export interface Difference extends NewDifference {
  differenceNo: number
  treatment: string | null
}

/** The differences named, cut to the parts named; refuses what a treatment does not fit or what is settled for good. */
export async function pickDifferences(
  tx: Tx,
  { countyId, documentId }: Document,
  named: readonly { differenceNo: number; part: SerialRange | null }[],
  treatment: Treatment,
): Promise<Difference[]> {
  const rows: Difference[] = await tx
    .selectFrom('stocktakeDifference')
    .select(['differenceNo', 'class', 'foundAs', 'holderId', 'faceValueFen', 'firstSerial', 'lastSerial', 'treatment'])
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .orderBy('differenceNo')
    .execute()
  const picked: Difference[] = []
  let lastNo = rows.at(-1)?.differenceNo ?? 0
  for (const { differenceNo, part } of named) {
    const row = rows.find(one => one.differenceNo === differenceNo)
    if (!row || picked.some(one => one.differenceNo === differenceNo)) return refuse('noDifference', { differenceNo })
    if (row.treatment !== null && final.includes(row.treatment)) refuse('differenceTreated', { differenceNo })
    if (!fitting[row.class]?.includes(treatment)) refuse('treatmentUnfit', { differenceNo })
    const range = part ?? row
    if (range.firstSerial < row.firstSerial || range.lastSerial > row.lastSerial)
      refuse('noDifference', { differenceNo })
    const rest = subtractRanges([row], [range]).map(left => ({ ...row, ...left }))
    if (rest.length > 0) {
      await shorten(tx, { countyId, documentId, differenceNo }, range)
      await insertDifferences(tx, { countyId, documentId }, rest, lastNo)
      lastNo += rest.length
    }
    picked.push({ ...row, firstSerial: range.firstSerial, lastSerial: range.lastSerial })
  }
  return picked
}

/** What is cut off begins anew as a difference of its own, untreated. */
async function shorten(
  tx: Tx,
  of: { countyId: number; documentId: number; differenceNo: number },
  { firstSerial, lastSerial }: SerialRange,
): Promise<void> {
  await tx
    .updateTable('stocktakeDifference')
    .set({ firstSerial, lastSerial })
    .where('countyId', '=', of.countyId)
    .where('documentId', '=', of.documentId)
    .where('differenceNo', '=', of.differenceNo)
    .execute()
}

export async function treatDifferences(
  tx: Tx,
  actor: Actor,
  { countyId, documentId }: Document,
  picked: readonly Difference[],
  how: { treatment: Treatment; note: string; linkedDocumentId: number | null; at: Date },
): Promise<number> {
  await tx
    .updateTable('stocktakeDifference')
    .set({
      treatment: how.treatment,
      note: how.note,
      linkedDocumentId: how.linkedDocumentId,
      treatedBy: operatorOf(actor),
      treatedAt: how.at,
    })
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .where(
      'differenceNo',
      'in',
      picked.map(one => one.differenceNo),
    )
    .execute()
  return totalQuantity(picked)
}

/** Cards found after all were there: counted, not missing. */
export async function countFound(
  tx: Tx,
  { countyId, documentId }: Document,
  picked: readonly Difference[],
): Promise<void> {
  for (const { faceValueFen, ...range } of picked) {
    const quantity = quantityOf(range)
    await tx
      .updateTable('stocktakeTotal')
      .set({ counted: sql<number>`counted + ${quantity}`, missing: sql<number>`missing - ${quantity}` })
      .where('countyId', '=', countyId)
      .where('documentId', '=', documentId)
      .where('faceValueFen', '=', faceValueFen)
      .execute()
  }
}
