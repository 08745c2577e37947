// Purchases, newest first; a station sees its own.

import { sql } from 'kysely'
import { z } from 'zod'
import { documentHead, listInput } from '../../domain/document-forms.ts'
import { listDocuments } from '../../domain/document-read.ts'
import { purchaseBody } from '../../domain/purchase.ts'
import { query } from '../../domain/services.ts'

export const list = query({
  roles: ['stationCardAdmin', 'countyFinance', 'countyCardAdmin'],
  input: z.strictObject({ ...listInput, sellerId: z.int().optional() }),
  output: z.object({ purchases: z.array(z.object({ head: documentHead, purchase: purchaseBody })) }),
  async run({ tx, actor, countyId }, { sellerId, ...page }) {
    const only = sellerId === undefined ? sql`true` : sql`(d.body ->> 'sellerId')::int = ${sellerId}`
    const heads = await listDocuments(tx, actor, 'SK', page, only)
    const bodies = await tx
      .selectFrom('document')
      .select(['documentId', 'body'])
      .where('countyId', '=', countyId)
      .where('documentId', 'in', [0, ...heads.map(head => head.documentId)])
      .execute()
    const byId = new Map(bodies.map(row => [row.documentId, row.body]))
    return { purchases: heads.map(head => ({ head, purchase: purchaseBody.parse(byId.get(head.documentId)) })) }
  },
})
