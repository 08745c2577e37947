// The author gives up a service that waits or was rejected; its cards are free again.

import { z } from 'zod'
import { lockService } from '../../domain/card-service.ts'
import { releaseClaims } from '../../domain/claim.ts'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'

export const cancel = command({
  roles: ['countyFinance'],
  input: z.object(documentRef),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version }) {
    const { document } = await lockService(tx, countyId, documentId, version)
    const cancelled = await advanceDocument(tx, actor, document, 'KF', 'cancel')
    await releaseClaims(tx, document)
    return cancelled
  },
})
