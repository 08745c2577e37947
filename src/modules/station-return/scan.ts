// Sets what the inspection found, all of it at once: cards that are good, and bad ones with reason and treatment.

import { z } from 'zod'
import { refuseExpired } from '../../domain/approval.ts'
import { badRanges, badReasons } from '../../domain/bad-cards.ts'
import { recordStep } from '../../domain/document.ts'
import { documentAnswer, documentRef, note, printedRange, storedRanges } from '../../domain/document-forms.ts'
import { writeRanges } from '../../domain/document-lines.ts'
import { commonRanges, joinRanges, sharedRanges, subtractRanges, totalQuantity } from '../../domain/range.ts'
import { command } from '../../domain/services.ts'
import { lockInspection, printed, type ReturnBody, refuseDifferent } from '../../domain/station-return.ts'
import { refuse } from '../../kernel/refusal.ts'

export const scan = command({
  roles: ['countyFinance'],
  input: z.strictObject({
    ...documentRef,
    good: z.array(printedRange).max(5_000),
    bad: z
      .array(
        printedRange.extend({
          reason: z.enum(badReasons),
          note: note.default(''),
          /** 剔除: stays with the station; 转作废: that too, and a void is proposed. Undecided, nothing is taken in. */
          treatment: z.enum(['exclude', 'void']).nullable().default(null),
        }),
      )
      .max(500)
      .default([]),
  }),
  output: documentAnswer.extend({ applied: z.int(), good: z.int(), bad: z.int(), missing: z.int() }),
  async run({ tx, actor, countyId, now }, { documentId, version, good: printedGood, bad: printedBad }) {
    const { slip, application, applied } = await lockInspection(tx, countyId, documentId, version)
    refuseExpired(application, now)
    if (slip.state !== 'inspecting') refuse('documentState', { state: slip.state, action: 'scan' })
    const [goodOnes, badOnes] = [storedRanges(printedGood, countyId), storedRanges(printedBad, countyId)]
    const received = joinRanges([...goodOnes, ...badOnes])
    if (subtractRanges(received, applied).length > 0) refuseDifferent(applied, received)
    const twice = sharedRanges([...goodOnes, ...badOnes])
    if (twice.length > 0) refuse('notOfThisDocument', { n: totalQuantity(twice), ranges: twice.map(printed) })
    const good = applied.flatMap(({ faceValueFen, ...line }) =>
      commonRanges(line, joinRanges(goodOnes)).map(range => ({ ...range, faceValueFen, result: 'good' })),
    )
    const bad = printedBad.flatMap(({ treatment, ...one }) =>
      badRanges([one], applied, countyId).map(range => ({ ...range, treatment })),
    )
    const badLines = bad.map(range => ({ ...range, result: 'bad', note: range.note || range.reason }))
    await writeRanges(
      tx,
      slip,
      [...good, ...badLines].sort((a, b) => a.firstSerial - b.firstSerial),
    )
    const inspector = { name: actor.name, staffNo: actor.staffNo ?? '', at: now.toISOString() }
    const body: ReturnBody = { inspector, bad }
    const changed = await recordStep(tx, actor, slip, 'scan', { body })
    const [all, came] = [totalQuantity(applied), totalQuantity(received)]
    return { ...changed, applied: all, good: totalQuantity(good), bad: totalQuantity(bad), missing: all - came }
  },
})
