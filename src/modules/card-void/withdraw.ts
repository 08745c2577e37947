// The author takes a void back that waits for approval; its cards are free of it again.

import { z } from 'zod'
import { freeFromVoid, lockVoid } from '../../domain/card-void.ts'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'

export const withdraw = command({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer,
  async run({ tx, actor }, { documentId, version }) {
    const document = await lockVoid(tx, actor, documentId, version)
    await freeFromVoid(tx, document)
    return advanceDocument(tx, actor, document, 'ZF', 'withdraw')
  },
})
