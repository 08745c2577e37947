// Purchases, newest first; a station sees its own.

import { sql } from 'kysely'
import { z } from 'zod'
import { documentHead, listInput, stateCounts } from '../../domain/document-forms.ts'
import { countStates, listDocuments, readBodies } from '../../domain/document-read.ts'
import { purchaseBody } from '../../domain/purchase.ts'
import { query } from '../../domain/services.ts'

export const list = query({
  roles: ['stationCardAdmin', 'countyFinance'],
  input: z.strictObject({
    ...listInput,
    sellerId: z.int().optional(),
    method: z.enum(['cash', 'transfer', 'credit']).optional(),
  }),
  output: z.object({
    purchases: z.array(z.object({ head: documentHead, purchase: purchaseBody })),
    counts: stateCounts,
  }),
  async run({ tx, actor, countyId }, { sellerId, method, ...page }) {
    const only = sql`(${sellerId ?? null}::int is null or (d.body ->> 'sellerId')::int = ${sellerId ?? null})
      and (${method ?? null}::text is null or d.body #>> '{payment,method}' = ${method ?? null})`
    const heads = await listDocuments(tx, actor, 'SK', page, only)
    const bodies = await readBodies(
      tx,
      countyId,
      heads.map(head => head.documentId),
    )
    const counts = await countStates(tx, actor, 'SK', page, only)
    return {
      purchases: heads.map(head => ({ head, purchase: purchaseBody.parse(bodies.get(head.documentId)) })),
      counts,
    }
  },
})
