// Stock-ins, newest first, with the seven counts of each, what entered and what was rejected, and how many in each state.

import { sql } from 'kysely'
import { z } from 'zod'
import { resultClasses } from '../../domain/card-file/classify.ts'
import { documentHead, listInput, stateCounts } from '../../domain/document-forms.ts'
import { countStates, listDocuments } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'
import { countResultsOf, stockInBody } from '../../domain/stock-in.ts'
import type { Tx } from '../../kernel/db.ts'
import { counts, noCounts } from './shapes.ts'

const row = z.object({
  head: documentHead,
  deliveryNo: z.int(),
  manufacturerName: z.string(),
  faceValueFen: z.int(),
  counts,
  /** 合格 and 拒收, once it is accepted. */
  admitted: z.int().nullable(),
  rejected: z.int().nullable(),
})

export const list = query({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject({
    ...listInput,
    batchId: z.int().optional(),
    manufacturerId: z.int().optional(),
    /** 差异类别: at least one number of this class. */
    differenceClass: z.enum(resultClasses).optional(),
  }),
  output: z.object({ stockIns: z.array(row), stateCounts }),
  async run({ tx, actor, countyId }, { batchId = null, manufacturerId = null, differenceClass = null, ...page }) {
    const only = sql`(${batchId}::int is null or d.parent_id = ${batchId})
      and (${manufacturerId}::int is null or exists (select from batch x
        where x.county_id = d.county_id and x.batch_id = d.parent_id and x.manufacturer_id = ${manufacturerId}))
      and (${differenceClass}::text is null or exists (select from stock_in_result x
        where x.county_id = d.county_id and x.document_id = d.document_id and x.class = ${differenceClass}))`
    const heads = await listDocuments(tx, actor, 'RK', page, only)
    const documentIds = heads.map(head => head.documentId)
    const found = await countResultsOf(tx, countyId, documentIds)
    const facts = await factsOf(tx, countyId, documentIds)
    return {
      stockIns: heads.flatMap(head => {
        const fact = facts.get(head.documentId)
        if (!fact) return []
        const { deliveryNo, outcome } = stockInBody.parse(fact.body)
        const { admitted = null, rejected = null } = outcome ?? {}
        return [{ ...fact, head, deliveryNo, counts: found.get(head.documentId) ?? noCounts, admitted, rejected }]
      }),
      stateCounts: await countStates(tx, actor, 'RK', page, only),
    }
  },
})

async function factsOf(tx: Tx, countyId: number, documentIds: readonly number[]) {
  const { rows } = await sql<{ documentId: number; body: unknown; manufacturerName: string; faceValueFen: number }>`
    select d.document_id, d.body, m.name as manufacturer_name, b.face_value_fen
    from document d
    join batch b on b.county_id = d.county_id and b.batch_id = d.parent_id
    join manufacturer m on m.county_id = b.county_id and m.manufacturer_id = b.manufacturer_id
    where d.county_id = ${countyId} and d.document_id = any(${[...documentIds]}::int[])`.execute(tx)
  return new Map(rows.map(row => [row.documentId, row]))
}
