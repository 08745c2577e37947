// Finance does not execute an approved void but sends it back to its author with a reason (退回).

import { z } from 'zod'
import { freeFromVoid, lockVoid } from '../../domain/card-void.ts'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentSeen, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const sendBack = command({
  roles: ['countyFinance'],
  input: z.strictObject({ ...documentSeen, note }),
  output: documentAnswer,
  async run({ tx, actor }, { documentId, version, note }) {
    if (note.trim() === '') refuse('C06')
    const document = await lockVoid(tx, actor, documentId, version)
    await freeFromVoid(tx, document)
    return advanceDocument(tx, actor, document, 'ZF', 'sendBack', { note })
  },
})
