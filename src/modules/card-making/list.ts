// Batches, newest first, with what came of their numbers.

import { z } from 'zod'
import { documentHead, listInput } from '../../domain/document-forms.ts'
import { listDocuments } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'
import { batchRow, batchRows } from './batch-row.ts'

export const list = query({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject(listInput),
  output: z.object({ batches: z.array(z.object({ head: documentHead, batch: batchRow })) }),
  async run({ tx, actor, countyId }, page) {
    const heads = await listDocuments(tx, actor, 'ZK', page)
    const rows = await batchRows(
      tx,
      countyId,
      heads.map(head => head.documentId),
    )
    const byId = new Map(rows.map(row => [row.documentId, row]))
    return {
      batches: heads.flatMap(head => {
        const batch = byId.get(head.documentId)
        return batch ? [{ head, batch }] : []
      }),
    }
  },
})
