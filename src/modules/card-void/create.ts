// Whoever found them proposes to void cards (作废单), as a draft that claims and freezes nothing yet.

import { z } from 'zod'
import { draftVoid, voidForm } from '../../domain/card-void.ts'
import { documentAnswer, note, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { refuseUnseen } from '../../domain/document-read.ts'
import { command } from '../../domain/services.ts'

export const create = command({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'],
  input: z.strictObject({
    ...voidForm,
    ranges: printedRanges,
    /** The stocktake, issue or stock-in where they were found (来源单据). */
    sourceDocumentId: z.int().nullable().default(null),
    note: note.default(''),
  }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { ranges, sourceDocumentId, note, ...form }) {
    if (sourceDocumentId !== null) await refuseUnseen(tx, actor, sourceDocumentId)
    return draftVoid(tx, actor, {
      form,
      ranges: storedRanges(ranges, countyId),
      note,
      sourceDocumentId: sourceDocumentId ?? undefined,
    })
  },
})
