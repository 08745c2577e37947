// Cards in transit (在途卡): issued and not yet accepted, or refused and not yet settled, with their age.

import { sql } from 'kysely'
import { z } from 'zod'
import { countySettings } from '../../domain/county-settings.ts'
import { instant } from '../../domain/forms.ts'
import { query } from '../../domain/services.ts'
import { visibleHolders } from '../../domain/visibility.ts'

const row = z.object({
  documentId: z.int(),
  documentNo: z.string(),
  /** `inTransit`; `partlyAccepted`: refused by the station, waiting for finance. */
  state: z.string(),
  holderId: z.int(),
  holderName: z.string(),
  /** Whom to ask: the receiving clerk. */
  receiver: z.string(),
  receiverPhone: z.string(),
  faceValueFen: z.int(),
  quantity: z.int(),
  issuedAt: instant,
  days: z.int(),
  /** On the road longer than the county's days (CK05). */
  overdue: z.boolean(),
  urgedAt: instant.nullable(),
})

const most = 2_000

export const transit = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'],
  input: z.strictObject({ holderId: z.int().optional(), minDays: z.int().min(0).max(3_650).default(0) }),
  output: z.object({ rows: z.array(row) }),
  async run({ tx, actor, countyId, now }, { holderId, minDays }) {
    const { transitDays } = await countySettings(tx, countyId)
    const day = (at: unknown) => sql`(${at}::timestamptz at time zone 'Asia/Shanghai')::date`
    const days = sql`${day(now)} - ${day(sql`d.executed_at`)}`
    const { rows } = await sql<z.input<typeof row>>`
      select d.document_id, d.document_no, d.state, h.holder_id, h.name as holder_name, r.face_value_fen,
        coalesce(a.body -> 'receiver' ->> 'name', '') as receiver, coalesce(a.body -> 'receiver' ->> 'phone', '') as receiver_phone,
        sum(r.last_serial - r.first_serial + 1)::int as quantity, d.executed_at as issued_at,
        ${days} as days, ${days} > ${transitDays} as overdue,
        (select max(s.at) from document_step s where s.county_id = d.county_id and s.document_id = d.document_id and s.action = 'urge') as urged_at
      from card_range r
      join document d on d.county_id = r.county_id and d.document_id = r.transit_document_id
      join document a on a.county_id = d.county_id and a.document_id = d.parent_id
      join holder h on h.county_id = r.county_id and h.holder_id = r.holder_id
      where r.county_id = ${countyId} and r.transit_document_id is not null and ${visibleHolders(actor)}
        and h.holder_id = coalesce(${holderId ?? null}::int, h.holder_id) and ${days} >= ${minDays}
      group by d.county_id, d.document_id, a.county_id, a.document_id, h.county_id, h.holder_id, r.face_value_fen
      order by d.executed_at, r.face_value_fen limit ${most}`.execute(tx)
    return { rows }
  },
})
