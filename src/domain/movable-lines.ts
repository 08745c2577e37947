// Ranges as entered for a move, checked before it and cut by face value into the lines of its document.

import type { Tx } from '../kernel/db.ts'
import { ruleOf } from './card.ts'
import type { RangeLine } from './document-lines.ts'
import { joinRanges, type SerialRange } from './range.ts'
import { facedRanges, findFaults, type HeldRange, heldRanges, type RangeFault, refuseFaults } from './range-check.ts'
import { lockBatches, type Move } from './stock.ts'

export type Entered = Pick<Move, 'countyId' | 'kind' | 'ranges' | 'fromHolderId' | 'documentId' | 'goodUntil' | 'words'>

/** The lines of what may move, under the locks of its batches; refuses with every fault. */
export async function movableLines(tx: Tx, entered: Entered): Promise<RangeLine[]> {
  const held = await lockedRanges(tx, entered)
  refuseFaults(await faultsOfMove(tx, entered, held), entered.words)
  return facedRanges(held, entered.ranges)
}

/** The ranges of cards that touch what was entered, with their batches locked. */
export async function lockedRanges(
  tx: Tx,
  { countyId, ranges }: { countyId: number; ranges: readonly SerialRange[] },
): Promise<HeldRange[]> {
  const wanted = joinRanges(ranges)
  await lockBatches(tx, countyId, wanted)
  return heldRanges(tx, countyId, wanted)
}

/** What stands in the way of a move. */
export function faultsOfMove(tx: Tx, entered: Entered, held: readonly HeldRange[]): Promise<RangeFault[]> {
  const { countyId, ranges, documentId, goodUntil, fromHolderId: holderId } = entered
  const { from: states, refusesExpired, refusesFrozen } = ruleOf(entered.kind)
  const check = { countyId, ranges, held, states, holderId, documentId, goodUntil, refusesExpired, refusesFrozen }
  return findFaults(tx, check)
}
