// Finance ends what a station refused (结清拒收): back to the county, or void by a document of its own that was executed.

import { z } from 'zod'
import { voidForm } from '../../domain/card-void.ts'
import {
  documentAnswer,
  documentRef,
  note,
  printedRange,
  printedRanges,
  storedRanges,
} from '../../domain/document-forms.ts'
import { lockIssue } from '../../domain/draw.ts'
import { command } from '../../domain/services.ts'
import { settleRefused } from '../../domain/transit.ts'

export const settle = command({
  roles: ['countyFinance'],
  input: z.strictObject({
    ...documentRef,
    /** Refused cards that are with the county again; the others are void by now, or stay open. */
    takeBack: z.array(printedRange).max(500).default([]),
    /** Refused cards that are void by this: lost, or of no use. */
    voided: z
      .strictObject({ ...voidForm, ranges: printedRanges })
      .nullable()
      .default(null),
    note: note.default(''),
  }),
  /** Cards still open keep the document where it is. */
  output: documentAnswer.extend({ takenBack: z.int(), voided: z.int(), open: z.int() }),
  async run({ tx, actor, countyId, now }, { documentId, version, takeBack, voided, note }) {
    const { issue } = await lockIssue(tx, countyId, documentId, version)
    return settleRefused(tx, actor, issue, {
      takeBack: storedRanges(takeBack, countyId),
      voided: voided && { form: voided, ranges: storedRanges(voided.ranges, countyId) },
      note,
      at: now,
    })
  },
})
