// Batches, newest first, with what came of their numbers, and how many there are in each state.

import { sql } from 'kysely'
import { z } from 'zod'
import { documentHead, listInput, stateCounts } from '../../domain/document-forms.ts'
import { countStates, listDocuments } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'
import { batchRow, batchRows } from './batch-row.ts'

export const list = query({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject({
    ...listInput,
    manufacturerId: z.int().optional(),
    /** 有效期区间, both days included. */
    expiresFrom: z.iso.date().optional(),
    expiresTo: z.iso.date().optional(),
  }),
  output: z.object({ batches: z.array(z.object({ head: documentHead, batch: batchRow })), counts: stateCounts }),
  async run({ tx, actor, countyId }, { manufacturerId = null, expiresFrom = null, expiresTo = null, ...page }) {
    const only = sql`exists (select from batch x where x.county_id = d.county_id and x.batch_id = d.document_id
      and (${manufacturerId}::int is null or x.manufacturer_id = ${manufacturerId})
      and (${expiresFrom}::date is null or x.expires_on >= ${expiresFrom}) and (${expiresTo}::date is null or x.expires_on <= ${expiresTo}))`
    const heads = await listDocuments(tx, actor, 'ZK', page, only)
    const documentIds = heads.map(head => head.documentId)
    const rows = await batchRows(tx, countyId, documentIds)
    const byId = new Map(rows.map(row => [row.documentId, row]))
    return {
      batches: heads.flatMap(head => {
        const batch = byId.get(head.documentId)
        return batch ? [{ head, batch }] : []
      }),
      counts: await countStates(tx, actor, 'ZK', page, only),
    }
  },
})
