// The counties and regions of the installation; a county's administrator sees the own one.

import { sql } from 'kysely'
import { z } from 'zod'
import { query } from '../../domain/services.ts'

const county = z.object({
  countyId: z.int(),
  code: z.string(),
  name: z.string(),
  nameEn: z.string(),
  hotlineNumber: z.string().nullable(),
  regionId: z.int().nullable(),
  misUrl: z.string().nullable(),
})
const region = z.object({
  regionId: z.int(),
  parentId: z.int().nullable(),
  kind: z.string(),
  code: z.string(),
  name: z.string(),
  nameEn: z.string(),
})
const mostRegions = 1_000

export const counties = query({
  roles: ['systemAdmin'],
  input: z.strictObject({}),
  output: z.object({ counties: z.array(county), regions: z.array(region) }),
  async run({ tx, countyId }) {
    const found = await sql<z.infer<typeof county>>`
      select c.county_id, c.code, c.name, c.name_en, c.hotline_number, c.region_id, m.url as mis_url
      from county c left join mis_connection m using (county_id)
      where c.county_id > 0 and (${countyId} = 0 or c.county_id = ${countyId}) order by c.county_id`.execute(tx)
    const regions = await tx
      .selectFrom('region')
      .selectAll()
      .$if(countyId !== 0, q => q.where('regionId', 'in', found.rows.map(row => row.regionId ?? 0).concat(0)))
      .orderBy('code')
      .limit(mostRegions)
      .execute()
    return { counties: found.rows, regions }
  },
})
