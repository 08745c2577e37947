// Sets the ranges picked for an issue, all of them at once; they are claimed until the issue ends.

import { z } from 'zod'
import { claimRanges } from '../../domain/claim.ts'
import { singleHolder } from '../../domain/county.ts'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef, note, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { readQuantities, writeRanges } from '../../domain/document-lines.ts'
import { type IssueBody, lockIssue, refuseExpired } from '../../domain/draw.ts'
import { yuan } from '../../domain/money.ts'
import { commonRanges, joinRanges, totalQuantity } from '../../domain/range.ts'
import { findFaults, heldRanges, refuseFaults } from '../../domain/range-check.ts'
import { command } from '../../domain/services.ts'
import { lockBatches } from '../../domain/stock.ts'
import { refuse } from '../../kernel/refusal.ts'

const progress = z.object({ faceValueFen: z.int(), approved: z.int(), scanned: z.int(), missing: z.int() })

export const scan = command({
  roles: ['countyFinance'],
  input: z.strictObject({
    ...documentRef,
    ranges: printedRanges,
    /** Given, less than approved may be issued; the rest is not kept. */
    shortReason: note.min(1).nullable().default(null),
  }),
  output: documentAnswer.extend({ faceValues: z.array(progress) }),
  async run({ tx, actor, countyId, now }, { documentId, version, ranges: printed, shortReason }) {
    const { issue, application } = await lockIssue(tx, countyId, documentId, version)
    refuseExpired(application, now)
    const ranges = storedRanges(printed, countyId)
    const wanted = joinRanges(ranges)
    await lockBatches(tx, countyId, wanted)
    const held = await heldRanges(tx, countyId, wanted)
    const holderId = await singleHolder(tx, countyId, 'county')
    const check = { countyId, ranges, held, holderId, documentId, refusesExpired: true, refusesFrozen: true }
    const faults = await findFaults(tx, { ...check, states: ['county'] })
    refuseFaults(faults, { STATE: 'CK02', HOLD: 'CK02' })
    const lines = held.flatMap(row =>
      commonRanges(row, wanted).map(range => ({ ...range, faceValueFen: row.faceValueFen })),
    )
    const faceValues = compare(await readQuantities(tx, application), lines)
    await claimRanges(tx, issue, wanted)
    await writeRanges(tx, issue, lines)
    const complete = shortReason !== null || faceValues.every(row => row.missing === 0)
    const body: IssueBody = { shortReason, check: null }
    const changed = await advanceDocument(tx, actor, issue, 'CK', complete ? 'pick' : 'pickPart', { body })
    return { ...changed, faceValues }
  },
})

/** Per face value what was approved and scanned; refuses what is too much. */
function compare(
  approved: readonly { faceValueFen: number; approvedQuantity: number }[],
  lines: readonly { faceValueFen: number; firstSerial: number; lastSerial: number }[],
) {
  const faces = new Set([...approved, ...lines].map(line => line.faceValueFen))
  return [...faces].map(faceValueFen => {
    const scanned = totalQuantity(lines.filter(line => line.faceValueFen === faceValueFen))
    const allowed = approved.find(line => line.faceValueFen === faceValueFen)?.approvedQuantity ?? 0
    if (scanned > allowed) refuse('scannedTooMany', { v: yuan(faceValueFen), n: scanned, m: allowed })
    return { faceValueFen, approved: allowed, scanned, missing: allowed - scanned }
  })
}
