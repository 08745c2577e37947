// Cards in transit (在途卡): issued and not yet accepted, by issue and face value, with their age.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant } from '../../domain/forms.ts'
import { query } from '../../domain/services.ts'
import { visibleHolders } from '../../domain/visibility.ts'

const row = z.object({
  documentId: z.int(),
  documentNo: z.string(),
  holderId: z.int(),
  holderName: z.string(),
  faceValueFen: z.int(),
  quantity: z.int(),
  issuedAt: instant,
  days: z.int(),
})

const most = 2_000

export const transit = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'],
  input: z.strictObject({}),
  output: z.object({ rows: z.array(row) }),
  async run({ tx, actor, countyId, now }) {
    const day = (at: unknown) => sql`(${at}::timestamptz at time zone 'Asia/Shanghai')::date`
    const { rows } = await sql<z.input<typeof row>>`
      select d.document_id, d.document_no, h.holder_id, h.name as holder_name, r.face_value_fen,
        sum(r.last_serial - r.first_serial + 1)::int as quantity, d.executed_at as issued_at,
        ${day(now)} - ${day(sql`d.executed_at`)} as days
      from card_range r
      join document d on d.county_id = r.county_id and d.document_id = r.transit_document_id
      join holder h on h.county_id = r.county_id and h.holder_id = r.holder_id
      where r.county_id = ${countyId} and r.transit_document_id is not null and ${visibleHolders(actor)}
      group by d.county_id, d.document_id, h.county_id, h.holder_id, r.face_value_fen
      order by d.executed_at, r.face_value_fen limit ${most}`.execute(tx)
    return { rows }
  },
})
