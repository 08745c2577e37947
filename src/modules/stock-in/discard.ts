// The author puts a draft of a stock-in away that was never submitted.

import { z } from 'zod'
import { advanceDocument, lockDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const discard = command({
  roles: ['countyCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version }) {
    const document = await lockDocument(tx, countyId, 'RK', documentId, version)
    // A draft with a number is one whose comparison failed: its number stays, so it is cancelled.
    if (document.documentNo !== null) refuse('documentState', { state: document.state, action: 'discard' })
    return advanceDocument(tx, actor, document, 'RK', 'discard')
  },
})
