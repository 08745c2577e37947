// The author takes an application back that waits for approval; its quantities are free again.

import { z } from 'zod'
import { advanceDocument, lockOwnDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'

export const withdraw = command({
  roles: ['stationCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer,
  async run({ tx, actor }, { documentId, version }) {
    const document = await lockOwnDocument(tx, actor, 'LS', documentId, version)
    return advanceDocument(tx, actor, document, 'LS', 'withdraw')
  },
})
