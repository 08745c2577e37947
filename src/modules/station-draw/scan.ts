// Sets the ranges picked for an issue, all of them at once; they are claimed until the issue ends.

import { z } from 'zod'
import { refuseExpired } from '../../domain/approval.ts'
import { badRanges, badReasons } from '../../domain/bad-cards.ts'
import { claimRanges } from '../../domain/claim.ts'
import { singleHolder } from '../../domain/county.ts'
import { advanceDocument } from '../../domain/document.ts'
import {
  documentAnswer,
  documentRef,
  note,
  printedRange,
  printedRanges,
  storedRanges,
} from '../../domain/document-forms.ts'
import { readQuantities, writeRanges } from '../../domain/document-lines.ts'
import { type IssueBody, issueBody, lockIssue } from '../../domain/draw.ts'
import { yuan } from '../../domain/money.ts'
import { joinRanges, totalQuantity } from '../../domain/range.ts'
import { facedRanges, findFaults, heldRanges, refuseFaults } from '../../domain/range-check.ts'
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
    shortReason: note.nullable().default(null),
    /** 剔除坏卡: found bad while picking. They stay with the county. */
    excluded: z
      .array(printedRange.extend({ reason: z.enum(badReasons), note: note.default('') }))
      .max(500)
      .default([]),
  }),
  output: documentAnswer.extend({ faceValues: z.array(progress) }),
  async run({ tx, actor, countyId, now }, { documentId, version, ranges: printed, shortReason, excluded: bad }) {
    const { issue, application } = await lockIssue(tx, countyId, documentId, version)
    refuseExpired(application, now)
    const ranges = storedRanges(printed, countyId)
    const badOnes = storedRanges(bad, countyId)
    const wanted = joinRanges(ranges)
    const touched = joinRanges([...ranges, ...badOnes])
    await lockBatches(tx, countyId, touched)
    const held = await heldRanges(tx, countyId, touched)
    const holderId = await singleHolder(tx, countyId, 'county')
    // A bad card must be the county's to be cut out, and not be issued all the same.
    const check = { countyId, ranges: [...ranges, ...badOnes], held, holderId, documentId, states: ['county'] as const }
    const faults = await findFaults(tx, { ...check, refusesExpired: true, refusesFrozen: true })
    refuseFaults(faults, { STATE: 'CK02', HOLD: 'CK02' })
    const lines = facedRanges(held, wanted)
    const excluded = badRanges(bad, facedRanges(held, badOnes), countyId)
    const faceValues = compare(await readQuantities(tx, application), lines)
    await claimRanges(tx, issue, wanted)
    await writeRanges(tx, issue, lines)
    const missing = faceValues.reduce((sum, row) => sum + row.missing, 0)
    if (shortReason !== null && shortReason.trim() === '' && missing > 0) refuse('CK08', { n: missing })
    const complete = shortReason !== null || missing === 0
    const body: IssueBody = { ...issueBody.parse(issue.body), shortReason, excluded, check: null }
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
