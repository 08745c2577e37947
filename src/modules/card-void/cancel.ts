// The author gives a void up for good that came back; its number stays.

import { z } from 'zod'
import { lockVoid } from '../../domain/card-void.ts'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'

export const cancel = command({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer,
  async run({ tx, actor }, { documentId, version }) {
    const document = await lockVoid(tx, actor, documentId, version)
    return advanceDocument(tx, actor, document, 'ZF', 'cancel')
  },
})
