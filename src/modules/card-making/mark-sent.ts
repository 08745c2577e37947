// Records that the new-card file has gone to the manufacturer (登记发厂).

import { z } from 'zod'
import { advanceDocument, lockDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'

export const markSent = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({ ...documentRef, note: note.default('') }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version, note }) {
    const document = await lockDocument(tx, countyId, 'ZK', documentId, version)
    return advanceDocument(tx, actor, document, 'ZK', 'markSent', { note })
  },
})
