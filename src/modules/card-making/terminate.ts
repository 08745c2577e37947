// Ends a batch whose file has gone out (终止): the numbers that have not come are rejected for ever, the rest stay as they are.

import { z } from 'zod'
import { lockBatch, numbersOf, rejectRemaining } from '../../domain/batch.ts'
import { advanceDocument, lockDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef, note } from '../../domain/document-forms.ts'
import { totalQuantity } from '../../domain/range.ts'
import { command } from '../../domain/services.ts'
import { unadmittedRanges } from '../../domain/stock.ts'
import { refuse } from '../../kernel/refusal.ts'

export const terminate = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({ ...documentRef, note: note.min(1), confirmNo: z.string().max(40).optional() }),
  output: documentAnswer.extend({ rejected: z.int() }),
  async run({ tx, actor, countyId, now }, { documentId, version, note, confirmNo }) {
    const document = await lockDocument(tx, countyId, 'ZK', documentId, version)
    const terminated = await advanceDocument(tx, actor, document, 'ZK', 'terminate', { note })
    const batch = await lockBatch(tx, countyId, documentId)
    const open = await unadmittedRanges(tx, { countyId, batchId: documentId, ...numbersOf(batch) })
    if (confirmNo !== document.documentNo) refuse('terminateUnconfirmed', { n: totalQuantity(open) })
    const rejected = await rejectRemaining(tx, actor, document, open, { reason: `terminated: ${note}`, at: now })
    return { ...terminated, rejected }
  },
})
