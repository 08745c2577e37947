// Finance sends a delivery back to its inspector, with a reason (退回).

import { z } from 'zod'
import { advanceDocument, lockDocument } from '../../domain/document.ts'
import { documentAnswer, documentSeen, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const sendBack = command({
  roles: ['countyFinance'],
  input: z.strictObject({ ...documentSeen, note }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version, note }) {
    if (note.trim() === '') refuse('C06')
    const document = await lockDocument(tx, countyId, 'RK', documentId, version)
    return advanceDocument(tx, actor, document, 'RK', 'sendBack', { note })
  },
})
