// The county sends an application to return cards back, with a reason; its cards are free again.

import { z } from 'zod'
import { releaseClaims } from '../../domain/claim.ts'
import { advanceDocument, lockDocument } from '../../domain/document.ts'
import { documentAnswer, documentSeen, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const reject = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({ ...documentSeen, note }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version, note }) {
    if (note.trim() === '') refuse('C06')
    const document = await lockDocument(tx, countyId, 'FS', documentId, version)
    const rejected = await advanceDocument(tx, actor, document, 'FS', 'reject', { note })
    await releaseClaims(tx, document)
    return rejected
  },
})
