// The author puts a draft of a void away.

import { z } from 'zod'
import { lockVoid } from '../../domain/card-void.ts'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'

export const discard = command({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer,
  async run({ tx, actor }, { documentId, version }) {
    const document = await lockVoid(tx, actor, documentId, version)
    return advanceDocument(tx, actor, document, 'ZF', 'discard')
  },
})
