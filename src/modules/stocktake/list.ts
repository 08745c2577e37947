// Stocktakes, newest first, with their figures once they were submitted; a station sees its own and its sellers'.

import { sql } from 'kysely'
import { z } from 'zod'
import { documentHead, listInput, stateCounts } from '../../domain/document-forms.ts'
import { countStates, listDocuments, readBodies } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'
import { stocktakeBody } from '../../domain/stocktake.ts'

const figures = z.object({
  expected: z.int(),
  counted: z.int(),
  missing: z.int(),
  surplus: z.int(),
  elsewhere: z.int(),
  /** 未处理 */
  open: z.int(),
})
const row = z.object({
  head: documentHead,
  method: z.enum(['open', 'blind']),
  faceValuesFen: z.array(z.int()),
  figures: figures.nullable(),
})

export const list = query({
  roles: ['countyFinance', 'countyCardAdmin', 'stationCardAdmin'],
  input: z.strictObject({ ...listInput, method: z.enum(['open', 'blind']).optional() }),
  output: z.object({ stocktakes: z.array(row), counts: stateCounts }),
  async run({ tx, actor, countyId }, { method: wanted, ...page }) {
    const only = wanted === undefined ? sql`true` : sql`d.body ->> 'method' = ${wanted}`
    const heads = await listDocuments(tx, actor, 'PD', page, only)
    const ids = heads.map(head => head.documentId)
    const bodies = await readBodies(tx, countyId, ids)
    const { rows } = await sql<z.infer<typeof figures> & { documentId: number }>`
      select t.document_id, sum(expected)::int as expected, sum(counted)::int as counted, sum(missing)::int as missing,
        sum(surplus)::int as surplus, sum(elsewhere)::int as elsewhere,
        coalesce((select sum(x.last_serial - x.first_serial + 1) from stocktake_difference x
          where x.county_id = t.county_id and x.document_id = t.document_id and x.treatment is null), 0)::int as open
      from stocktake_total t where t.county_id = ${countyId} and t.document_id = any(${ids}::int[])
      group by t.county_id, t.document_id`.execute(tx)
    const figuresOf = new Map(rows.map(({ documentId, ...sums }) => [documentId, sums]))
    return {
      stocktakes: heads.map(head => {
        const { method, faceValuesFen } = stocktakeBody.parse(bodies.get(head.documentId))
        return { head, method, faceValuesFen, figures: figuresOf.get(head.documentId) ?? null }
      }),
      counts: await countStates(tx, actor, 'PD', page, only),
    }
  },
})
