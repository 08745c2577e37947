// Applications to return cards, or returns, newest first, with what only their lists show; a station sees its own.

import { sql } from 'kysely'
import { z } from 'zod'
import { documentHead, listInput, stateCounts } from '../../domain/document-forms.ts'
import { countStates, listDocuments } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'
import type { Tx } from '../../kernel/db.ts'

const row = documentHead.extend({
  reason: z.string(),
  /** 送卡人 */
  sender: z.string(),
  appliedQuantity: z.int(),
  /** 实收, 合格; null while nothing was inspected. */
  receivedQuantity: z.int().nullable(),
  goodQuantity: z.int().nullable(),
})
type Extra = Pick<z.input<typeof row>, 'reason' | 'sender' | 'appliedQuantity' | 'receivedQuantity' | 'goodQuantity'>

export const list = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'],
  input: z.strictObject({ kind: z.enum(['FS', 'FK']), ...listInput }),
  output: z.object({ documents: z.array(row), counts: stateCounts }),
  async run({ tx, actor, countyId }, { kind, ...page }) {
    const heads = await listDocuments(tx, actor, kind, page)
    const extras = await extrasOf(
      tx,
      countyId,
      heads.map(head => head.documentId),
    )
    const none: Extra = { reason: '', sender: '', appliedQuantity: 0, receivedQuantity: null, goodQuantity: null }
    return {
      documents: heads.map(head => ({ ...head, ...(extras.get(head.documentId) ?? none) })),
      counts: await countStates(tx, actor, kind, page),
    }
  },
})

async function extrasOf(tx: Tx, countyId: number, ids: readonly number[]): Promise<Map<number, Extra>> {
  const { rows } = await sql<Extra & { documentId: number }>`
    select d.document_id, coalesce(a.body ->> 'reason', '') as reason, coalesce(a.body -> 'sender' ->> 'name', '') as sender,
      (select coalesce(sum(quantity), 0)::int from document_line l where l.county_id = a.county_id and l.document_id = a.document_id) as applied_quantity,
      sum(l.quantity)::int as received_quantity, sum(l.quantity) filter (where l.result = 'good')::int as good_quantity
    from document d
    join document a on a.county_id = d.county_id and a.document_id = case when d.kind = 'FK' then d.parent_id else d.document_id end
    left join document k on k.county_id = d.county_id and k.kind = 'FK' and k.state <> 'cancelled'
      and (k.document_id = d.document_id or k.parent_id = d.document_id)
    left join document_line l on l.county_id = k.county_id and l.document_id = k.document_id
    where d.county_id = ${countyId} and d.document_id = any(${[...ids]}::int[])
    group by d.county_id, d.document_id, a.county_id, a.document_id`.execute(tx)
  return new Map(rows.map(({ documentId, ...extra }) => [documentId, extra]))
}
