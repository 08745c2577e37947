// The county sends an application back, with a reason.

import { z } from 'zod'
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
    const document = await lockDocument(tx, countyId, 'LS', documentId, version)
    return advanceDocument(tx, actor, document, 'LS', 'reject', { note })
  },
})
