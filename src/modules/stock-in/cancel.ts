// Cancels a stock-in that has not been handed to finance; its batch waits for the next file. A draft without a number is put away.

import { z } from 'zod'
import { releaseBatch } from '../../domain/card-file/compare.ts'
import { advanceDocument, lockDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'

export const cancel = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({ ...documentRef, note: note.default('') }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version, note }) {
    const document = await lockDocument(tx, countyId, 'RK', documentId, version)
    const action = document.documentNo === null ? 'discard' : 'cancel'
    const cancelled = await advanceDocument(tx, actor, document, 'RK', action, { note })
    // A draft had not begun to check its batch, or had let it go again.
    if (document.state !== 'draft') await releaseBatch(tx, document)
    return cancelled
  },
})
