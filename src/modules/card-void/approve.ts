// A county card administrator approves a void; what an administrator wrote, finance approves.

import { z } from 'zod'
import { lockVoid, requireVoidApprover } from '../../domain/card-void.ts'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentSeen, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'

export const approve = command({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject({ ...documentSeen, note: note.default('') }),
  output: documentAnswer,
  async run({ tx, actor }, { documentId, version, note }) {
    const document = await lockVoid(tx, actor, documentId, version)
    await requireVoidApprover(tx, actor, document)
    return advanceDocument(tx, actor, document, 'ZF', 'approve', { note })
  },
})
