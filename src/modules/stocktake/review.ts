// The reviewer agrees with the count (复核); what differs is worked to a close from here on.

import { z } from 'zod'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentSeen, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { lockStocktake, requireReviewer } from '../../domain/stocktake.ts'

export const review = command({
  roles: ['countyFinance', 'countyCardAdmin'],
  input: z.strictObject({ ...documentSeen, note: note.default('') }),
  output: documentAnswer,
  async run({ tx, actor }, { documentId, version, note }) {
    const { document } = await lockStocktake(tx, actor, documentId, version)
    await requireReviewer(tx, actor, document)
    return advanceDocument(tx, actor, document, 'PD', 'review', { note })
  },
})
