// The author takes an application back that waits for approval; its cards are free again.

import { z } from 'zod'
import { releaseClaims } from '../../domain/claim.ts'
import { advanceDocument, lockOwnDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'

export const withdraw = command({
  roles: ['stationCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer,
  async run({ tx, actor }, { documentId, version }) {
    const document = await lockOwnDocument(tx, actor, 'FS', documentId, version)
    const withdrawn = await advanceDocument(tx, actor, document, 'FS', 'withdraw')
    await releaseClaims(tx, document)
    return withdrawn
  },
})
