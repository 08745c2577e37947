// Freezes cards at once (冻结): a station its own and its sellers', the attendant those of the seller who calls.

import { z } from 'zod'
import { freezeCards } from '../../domain/card-freeze.ts'
import {
  applicant,
  linesOf,
  openService,
  requireReason,
  serviceReason,
  serviceReasons,
  usedRanges,
} from '../../domain/card-service.ts'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, note, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { writeRanges } from '../../domain/document-lines.ts'
import { joinRanges, type SerialRange, subtractRanges, totalQuantity } from '../../domain/range.ts'
import { heldRanges, requireLiving } from '../../domain/range-check.ts'
import { command } from '../../domain/services.ts'
import { lockBatches } from '../../domain/stock.ts'
import { ownPlace } from '../../domain/visibility.ts'
import type { Tx } from '../../kernel/db.ts'
import type { Actor } from '../../kernel/operation.ts'
import { masked } from '../../kernel/redact.ts'
import { refuse } from '../../kernel/refusal.ts'

export const freeze = command({
  roles: ['countyFinance', 'countyCardAdmin', 'stationCardAdmin', 'hotlineAttendant'],
  input: z.strictObject({
    ranges: printedRanges,
    reason: serviceReason,
    applicant: applicant.nullable().default(null),
    /** The number a seller calls from, for the attendant: the registered telephone of whoever holds the cards. */
    caller: masked(z.string().regex(/^\d{5,15}$/)).optional(),
    /** Used and void cards of the ranges are left out, where some are gone already. */
    skipUsed: z.boolean().default(false),
    note: note.default(''),
  }),
  output: documentAnswer.extend({ quantity: z.int() }),
  async run({ tx, actor, countyId }, { ranges: printed, reason, applicant, caller, skipUsed, note }) {
    requireReason(reason, note)
    const draft = await openService(tx, actor, { service: 'freeze', reason, applicant }, note)
    const holderId = await holdersOf(tx, actor, caller)
    const entered = storedRanges(printed, countyId)
    await lockBatches(tx, countyId, entered)
    const ranges = skipUsed ? await unused(tx, countyId, entered) : entered
    if (ranges.length === 0) refuse('C04')
    const { documentId } = draft
    const held = await requireLiving(tx, {
      countyId,
      ranges,
      documentId,
      holderId,
      allows: ['TRANSIT', 'BUSY', 'HELD'],
    })
    await freezeCards(tx, draft, ranges, serviceReasons[reason])
    const lines = linesOf(held, ranges)
    await writeRanges(tx, draft, lines)
    const frozen = await advanceDocument(tx, actor, draft, 'KF', 'execute', { note })
    return { ...frozen, quantity: totalQuantity(lines) }
  },
})

/** Whose cards the actor may freeze; null for anybody's. */
async function holdersOf(tx: Tx, actor: Actor, caller: string | undefined): Promise<number[] | null> {
  if (actor.role === 'countyFinance' || actor.role === 'countyCardAdmin') return null
  const holders = tx.selectFrom('holder').select('holderId').where('countyId', '=', actor.countyId)
  if (actor.role === 'stationCardAdmin') {
    const own = ownPlace(actor)
    const rows = await holders.where(eb => eb.or([eb('holderId', '=', own), eb('parentId', '=', own)])).execute()
    return rows.map(row => row.holderId)
  }
  if (caller === undefined) refuse('C11', { field: '主叫号码' })
  const rows = await holders.where('kind', 'in', ['seller', 'hall']).where('phone', '=', caller).execute()
  if (rows.length === 0) refuse('callerNotRegistered')
  return rows.map(row => row.holderId)
}

async function unused(tx: Tx, countyId: number, ranges: readonly SerialRange[]): Promise<SerialRange[]> {
  const gone = (await heldRanges(tx, countyId, joinRanges(ranges))).filter(row => row.state === 'void')
  return subtractRanges(ranges, [...gone, ...(await usedRanges(tx, countyId, joinRanges(ranges)))])
}
