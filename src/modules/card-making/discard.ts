// The author puts a draft of a batch away that was never submitted.

import { z } from 'zod'
import { advanceDocument, lockDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'

export const discard = command({
  roles: ['countyCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version }) {
    const document = await lockDocument(tx, countyId, 'ZK', documentId, version)
    return advanceDocument(tx, actor, document, 'ZK', 'discard')
  },
})
