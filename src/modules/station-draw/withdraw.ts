// The author takes an application back that waits for approval; its quantities are free again.

import { z } from 'zod'
import { advanceDocument, lockDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'

export const withdraw = command({
  roles: ['stationCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version }) {
    const document = await lockDocument(tx, countyId, 'LS', documentId, version)
    return advanceDocument(tx, actor, document, 'LS', 'withdraw')
  },
})
