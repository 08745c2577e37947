// The author puts a draft away that was never submitted.

import { z } from 'zod'
import { advanceDocument, lockOwnDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'

export const discard = command({
  roles: ['stationCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer,
  async run({ tx, actor }, { documentId, version }) {
    const document = await lockOwnDocument(tx, actor, 'FS', documentId, version)
    return advanceDocument(tx, actor, document, 'FS', 'discard')
  },
})
