// Cancels a batch before its file has gone out; numbers already generated are rejected for ever.

import { z } from 'zod'
import { lockBatch, numbersOf } from '../../domain/batch.ts'
import { advanceDocument, lockDocument, operatorOf } from '../../domain/document.ts'
import { documentAnswer, documentRef, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { admitCards } from '../../domain/stock.ts'
import { refuse } from '../../kernel/refusal.ts'

export const cancel = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({ ...documentRef, note: note.default(''), confirmNo: z.string().max(40).optional() }),
  output: documentAnswer.extend({ rejected: z.int() }),
  async run({ tx, actor, countyId, now }, { documentId, version, note, confirmNo }) {
    const document = await lockDocument(tx, countyId, 'ZK', documentId, version)
    const cancelled = await advanceDocument(tx, actor, document, 'ZK', 'cancel', { note })
    const batch = await lockBatch(tx, countyId, documentId)
    if (batch.generatedAt === null) return { ...cancelled, rejected: 0 }
    if (confirmNo !== document.documentNo) refuse('ZK07', { n: batch.quantity })
    await admitCards(tx, {
      countyId,
      batchId: documentId,
      admitted: [],
      rejected: [{ ...numbersOf(batch), reason: 'cancelled' }],
      countyHolderId: document.holderId,
      documentId,
      operatorId: operatorOf(actor),
      at: now,
    })
    return { ...cancelled, rejected: batch.quantity }
  },
})
