// Begins the stock-in of a delivery of a batch, as a draft (入库单).

import { sql } from 'kysely'
import { z } from 'zod'
import { createDocument, lockDocument } from '../../domain/document.ts'
import { documentAnswer, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const create = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({ batchId: z.int(), deliveryNo: z.int().min(1).max(999), note: note.default('') }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { batchId, deliveryNo, note }) {
    const batch = await lockDocument(tx, countyId, 'ZK', batchId)
    if (batch.state !== 'sent' && batch.state !== 'partlyStocked') {
      refuse('documentState', { state: batch.state, action: 'stockIn' })
    }
    const { rows } = await sql<{ documentNo: string | null }>`
      select document_no from document where county_id = ${countyId} and kind = 'RK' and parent_id = ${batchId}
        and state <> 'cancelled' and (body ->> 'deliveryNo')::int = ${deliveryNo}`.execute(tx)
    if (rows[0]) refuse('deliveryTaken', { deliveryNo })
    return createDocument(tx, actor, {
      kind: 'RK',
      holderId: batch.holderId,
      parentId: batchId,
      note,
      body: { deliveryNo },
    })
  },
})
