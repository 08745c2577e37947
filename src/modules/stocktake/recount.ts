// The reviewer asks to count again (要求复盘), with a reason; what was seen stays, figures and differences go.

import { z } from 'zod'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentSeen, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { lockStocktake, requireReviewer } from '../../domain/stocktake.ts'
import { clearResult } from '../../domain/stocktake-count.ts'
import { refuse } from '../../kernel/refusal.ts'

export const recount = command({
  roles: ['countyFinance', 'countyCardAdmin'],
  input: z.strictObject({ ...documentSeen, note }),
  output: documentAnswer,
  async run({ tx, actor }, { documentId, version, note }) {
    if (note.trim() === '') refuse('C06')
    const { document } = await lockStocktake(tx, actor, documentId, version)
    await requireReviewer(tx, actor, document)
    await clearResult(tx, document)
    return advanceDocument(tx, actor, document, 'PD', 'recount', { note })
  },
})
