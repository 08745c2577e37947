// A second person of finance rejects a service, saying why; its cards are free again.

import { z } from 'zod'
import { lockService } from '../../domain/card-service.ts'
import { releaseClaims } from '../../domain/claim.ts'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentSeen, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const reject = command({
  roles: ['countyFinance'],
  input: z.strictObject({ ...documentSeen, note }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version, note }) {
    if (note.trim() === '') refuse('C06')
    const { document } = await lockService(tx, countyId, documentId, version)
    const rejected = await advanceDocument(tx, actor, document, 'KF', 'reject', { note })
    await releaseClaims(tx, document)
    return rejected
  },
})
