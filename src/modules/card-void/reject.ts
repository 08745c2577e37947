// The approver sends a void back with a reason; its cards are free of it, whatever else freezes them.

import { z } from 'zod'
import { freeFromVoid, lockVoid, requireVoidApprover } from '../../domain/card-void.ts'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentSeen, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const reject = command({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject({ ...documentSeen, note }),
  output: documentAnswer,
  async run({ tx, actor }, { documentId, version, note }) {
    if (note.trim() === '') refuse('C06')
    const document = await lockVoid(tx, actor, documentId, version)
    await requireVoidApprover(tx, actor, document)
    await freeFromVoid(tx, document)
    return advanceDocument(tx, actor, document, 'ZF', 'reject', { note })
  },
})
