// One batch: document, numbers, file, and how far its generation is.

import { z } from 'zod'
import { documentDetails } from '../../domain/document-forms.ts'
import { readDocument } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'
import { batchRow, batchRows } from './batch-row.ts'

export const get = query({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject({ documentId: z.int() }),
  output: documentDetails.extend({ batch: batchRow }),
  async run({ tx, actor, countyId }, { documentId }) {
    const details = await readDocument(tx, actor, 'ZK', documentId)
    const [batch] = await batchRows(tx, countyId, [documentId])
    return batch ? { ...details, batch } : refuse('documentNotFound', { documentId })
  },
})
