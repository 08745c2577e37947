// The card manufacturers of the county, with their fingerprints and who confirmed them.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant } from '../../domain/forms.ts'
import { query } from '../../domain/services.ts'

const manufacturer = z.object({
  manufacturerId: z.int(),
  name: z.string(),
  fingerprint: z.string(),
  registeredBy: z.string(),
  confirmedBy: z.string().nullable(),
  confirmedAt: instant.nullable(),
})

export const list = query({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject({}),
  output: z.object({ manufacturers: z.array(manufacturer) }),
  async run({ tx, countyId }) {
    const { rows } = await sql<z.input<typeof manufacturer>>`
      select m.manufacturer_id, m.name, m.fingerprint, r.name as registered_by, c.name as confirmed_by, m.confirmed_at
      from manufacturer m
      join operator r on r.county_id = m.county_id and r.operator_id = m.registered_by
      left join operator c on c.county_id = m.county_id and c.operator_id = m.confirmed_by
      where m.county_id = ${countyId} order by m.name collate "zh-x-icu" limit 500`.execute(tx)
    return { manufacturers: rows }
  },
})
