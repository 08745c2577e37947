// The card manufacturers of the county: contacts, fingerprints and who confirmed them, and how many batches are with each.

import { sql } from 'kysely'
import { z } from 'zod'
import { sealSchemes } from '../../domain/card-file/envelope.ts'
import { instant } from '../../domain/forms.ts'
import { query } from '../../domain/services.ts'
import { masked } from '../../kernel/redact.ts'

const manufacturer = z.object({
  manufacturerId: z.int(),
  name: z.string(),
  contact: z.string(),
  phone: masked(z.string()),
  address: z.string(),
  keyScheme: z.enum(sealSchemes),
  fingerprint: z.string(),
  registeredBy: z.string(),
  confirmedBy: z.string().nullable(),
  confirmedAt: instant.nullable(),
  disabledAt: instant.nullable(),
  openBatches: z.int(),
})

export const list = query({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject({}),
  output: z.object({ manufacturers: z.array(manufacturer) }),
  async run({ tx, countyId }) {
    const { rows } = await sql<z.input<typeof manufacturer>>`
      select m.manufacturer_id, m.name, m.contact, m.phone, m.address, m.key_scheme, m.fingerprint,
        r.name as registered_by, c.name as confirmed_by, m.confirmed_at, m.disabled_at,
        (select count(*)::int from batch b join document d on d.county_id = b.county_id and d.document_id = b.batch_id
          where b.county_id = m.county_id and b.manufacturer_id = m.manufacturer_id
            and d.state in ('generated', 'sent', 'checking', 'partlyStocked')) as open_batches
      from manufacturer m
      join operator r on r.county_id = m.county_id and r.operator_id = m.registered_by
      left join operator c on c.county_id = m.county_id and c.operator_id = m.confirmed_by
      where m.county_id = ${countyId} order by m.name collate "zh-x-icu" limit 500`.execute(tx)
    return { manufacturers: rows }
  },
})
