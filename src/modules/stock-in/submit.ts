// Hands an inspected delivery to finance (提交复验).

import { z } from 'zod'
import { advanceDocument, lockDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { countResults, stockInBody } from '../../domain/stock-in.ts'
import { refuse } from '../../kernel/refusal.ts'

export const submit = command({
  roles: ['countyCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version }) {
    const document = await lockDocument(tx, countyId, 'RK', documentId, version)
    const submitted = await advanceDocument(tx, actor, document, 'RK', 'submit')
    if (stockInBody.parse(document.body).inspection === null) {
      refuse('RK05', { n: (await countResults(tx, document)).match })
    }
    return submitted
  },
})
