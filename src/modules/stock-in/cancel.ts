// Cancels a stock-in that has not been handed to finance; its batch waits for the next file.

import { z } from 'zod'
import { releaseBatch } from '../../domain/card-file/compare.ts'
import { advanceDocument, lockDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const cancel = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({ ...documentRef, note: note.default('') }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version, note }) {
    const document = await lockDocument(tx, countyId, 'RK', documentId, version)
    // A draft that never had a number is discarded instead.
    if (document.documentNo === null) refuse('documentState', { state: document.state, action: 'cancel' })
    const cancelled = await advanceDocument(tx, actor, document, 'RK', 'cancel', { note })
    // A draft had not begun to check its batch, or had let it go again.
    if (document.state !== 'draft') await releaseBatch(tx, document)
    return cancelled
  },
})
