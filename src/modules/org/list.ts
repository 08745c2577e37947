// The places of the county that the actor may see.

import { sql } from 'kysely'
import { z } from 'zod'
import { query } from '../../domain/services.ts'
import { visibleHolders } from '../../domain/visibility.ts'

const place = z.object({
  holderId: z.int(),
  kind: z.string(),
  code: z.string(),
  name: z.string(),
  nameEn: z.string(),
  parentId: z.int().nullable(),
  disabled: z.boolean(),
})

export const list = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'systemAdmin', 'hotlineAttendant', 'regionViewer'],
  input: z.strictObject({}),
  output: z.object({ places: z.array(place) }),
  async run({ tx, countyId, actor }) {
    const { rows } = await sql<z.input<typeof place>>`
      select h.holder_id, h.kind, h.code, h.name, h.name_en, h.parent_id, h.disabled_at is not null as disabled
      from holder h where h.county_id = ${countyId} and ${visibleHolders(actor)} order by h.kind, h.code`.execute(tx)
    return { places: rows }
  },
})
