// The author gives a stocktake up: a draft is put away, one that is being counted is cancelled.

import { z } from 'zod'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { lockStocktake, setScopeOpen } from '../../domain/stocktake.ts'

export const cancel = command({
  roles: ['countyFinance', 'countyCardAdmin', 'stationCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer,
  async run({ tx, actor }, { documentId, version }) {
    const { document } = await lockStocktake(tx, actor, documentId, version)
    await setScopeOpen(tx, document, false)
    return advanceDocument(tx, actor, document, 'PD', document.state === 'draft' ? 'discard' : 'cancel')
  },
})
