// Begins the stock-in of a delivery of a batch, as a draft (入库单).

import { sql } from 'kysely'
import { z } from 'zod'
import { createDocument, lockDocument } from '../../domain/document.ts'
import { documentAnswer, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const create = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({
    batchId: z.int(),
    /** 第几次到货: by default the next. */
    deliveryNo: z.int().min(1).max(999).optional(),
    note: note.default(''),
  }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { batchId, note, ...input }) {
    const batch = await lockDocument(tx, countyId, 'ZK', batchId)
    if (batch.state !== 'sent' && batch.state !== 'partlyStocked') {
      refuse('documentState', { state: batch.state, action: 'stockIn' })
    }
    const { rows } = await sql<{ next: number; taken: boolean | null }>`
      select coalesce(max((body ->> 'deliveryNo')::int), 0) + 1 as next, bool_or((body ->> 'deliveryNo')::int = ${input.deliveryNo ?? 0}) as taken
      from document where county_id = ${countyId} and kind = 'RK' and parent_id = ${batchId}
        and state not in ('cancelled', 'discarded')`.execute(tx)
    const deliveryNo = input.deliveryNo ?? rows[0]?.next ?? 1
    if (rows[0]?.taken) refuse('deliveryTaken', { deliveryNo })
    return createDocument(tx, actor, {
      kind: 'RK',
      holderId: batch.holderId,
      parentId: batchId,
      note,
      body: { deliveryNo },
    })
  },
})
