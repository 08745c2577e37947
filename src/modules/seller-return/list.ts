// Returns, newest first; a station sees its own.

import { sql } from 'kysely'
import { z } from 'zod'
import { documentHead, listInput, stateCounts } from '../../domain/document-forms.ts'
import { countStates, listDocuments, readBodies } from '../../domain/document-read.ts'
import { returnBody } from '../../domain/seller-return.ts'
import { query } from '../../domain/services.ts'

export const list = query({
  roles: ['stationCardAdmin', 'countyFinance'],
  input: z.strictObject({
    ...listInput,
    sellerId: z.int().optional(),
    method: z.enum(['cash', 'transfer', 'offset']).optional(),
    /** 原售卡单号 */
    purchaseNo: z.string().max(24).optional(),
  }),
  output: z.object({
    returns: z.array(z.object({ head: documentHead, sellerReturn: returnBody })),
    counts: stateCounts,
  }),
  async run({ tx, actor, countyId }, { sellerId, method, purchaseNo, ...page }) {
    const only = sql`(${sellerId ?? null}::int is null or (d.body ->> 'sellerId')::int = ${sellerId ?? null})
      and (${method ?? null}::text is null or d.body -> 'refunds' @> jsonb_build_array(jsonb_build_object('method', ${method ?? null}::text)))
      and (${purchaseNo ?? null}::text is null or exists (select from document_line x
        where x.county_id = d.county_id and x.document_id = d.document_id and x.note = ${purchaseNo ?? null}))`
    const heads = await listDocuments(tx, actor, 'TK', page, only)
    const bodies = await readBodies(
      tx,
      countyId,
      heads.map(head => head.documentId),
    )
    const counts = await countStates(tx, actor, 'TK', page, only)
    return {
      returns: heads.map(head => ({ head, sellerReturn: returnBody.parse(bodies.get(head.documentId)) })),
      counts,
    }
  },
})
