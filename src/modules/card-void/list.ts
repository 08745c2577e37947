// Voids, newest first, with reason, former holders and where their cards lie; a station sees its own.

import { sql } from 'kysely'
import { z } from 'zod'
import { voidBody, voidReasons } from '../../domain/card-void.ts'
import { documentHead, listInput, stateCounts } from '../../domain/document-forms.ts'
import { countStates, listDocuments, readBodies } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'

const custodyState = z.enum(['none', 'kept', 'destroyed'])
const row = z.object({
  head: documentHead,
  void: voidBody.pick({ reason: true, physical: true, money: true, holders: true }),
  locations: z.array(z.string()),
  custodyState,
})

export const list = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'],
  input: z.strictObject({
    ...listInput,
    reason: z.enum(voidReasons).optional(),
    /** Whose the cards were (原持有者). */
    cardHolderId: z.int().optional(),
    location: z.string().max(100).optional(),
    custodyState: custodyState.optional(),
  }),
  output: z.object({ voids: z.array(row), counts: stateCounts }),
  async run({ tx, actor, countyId }, { reason, cardHolderId, location, custodyState: wanted, ...page }) {
    const kept = sql`select from custody c where c.county_id = d.county_id and c.document_id = d.document_id`
    const stateOf = sql`case when not exists (${kept}) then 'none' when exists (${kept} and c.destroyed_at is null) then 'kept' else 'destroyed' end`
    const all = sql`true`
    const only = sql`
      ${reason === undefined ? all : sql`d.body ->> 'reason' = ${reason}`}
      and ${cardHolderId === undefined ? all : sql`d.body -> 'holders' @> jsonb_build_array(jsonb_build_object('holderId', ${cardHolderId}::int))`}
      and ${location === undefined ? all : sql`exists (${kept} and strpos(c.location, ${location}) > 0)`}
      and ${wanted === undefined ? all : sql`${stateOf} = ${wanted}`}`
    const heads = await listDocuments(tx, actor, 'ZF', page, only)
    const ids = heads.map(head => head.documentId)
    const bodies = await readBodies(tx, countyId, ids)
    const places = await sql<{ documentId: number; locations: string[]; custodyState: z.infer<typeof custodyState> }>`
      select d.document_id, ${stateOf} as custody_state,
        array(select distinct c.location from custody c where c.county_id = d.county_id and c.document_id = d.document_id order by 1) as locations
      from document d where d.county_id = ${countyId} and d.document_id = any(${ids}::int[])`.execute(tx)
    const placeOf = new Map(places.rows.map(({ documentId, ...place }) => [documentId, place]))
    return {
      voids: heads.map(head => ({
        head,
        void: voidBody.parse(bodies.get(head.documentId)),
        ...(placeOf.get(head.documentId) ?? { locations: [], custodyState: 'none' as const }),
      })),
      counts: await countStates(tx, actor, 'ZF', page, only),
    }
  },
})
