// One card as it is now: state, holder and conditions; never its PIN, which nobody can look up.

import { sql } from 'kysely'
import { z } from 'zod'
import { cardStates } from '../../domain/card.ts'
import { printedSerial } from '../../domain/forms.ts'
import { ownSerial, printSerial } from '../../domain/serial.ts'
import { query } from '../../domain/services.ts'
import { visibleHolders } from '../../domain/visibility.ts'
import { refuse } from '../../kernel/refusal.ts'

const card = z.object({
  serial: z.string(),
  faceValueFen: z.int(),
  state: z.enum(cardStates),
  holderId: z.int(),
  holderName: z.string(),
  expiresOn: z.string(),
  inTransit: z.boolean(),
  frozen: z.boolean(),
  locked: z.boolean(),
  expired: z.boolean(),
  held: z.boolean(),
})

export const get = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'hotlineAttendant'],
  input: z.strictObject({ serial: printedSerial }),
  output: card,
  async run({ tx, countyId, actor, services }, { serial }) {
    const stored = ownSerial(serial, countyId)
    const { rows } = await sql<Omit<z.input<typeof card>, 'serial'>>`
      select r.face_value_fen, case when u.stamped_at is not null then 'used' else r.state end as state,
        r.holder_id, h.name as holder_name, r.expires_on,
        r.transit_document_id is not null as in_transit,
        exists (select from card_freeze f where f.county_id = r.county_id and int8range(f.first_serial, f.last_serial, '[]') @> ${stored}::bigint) as frozen,
        coalesce(t.wrong_count >= ${services.limits.wrongPinsPerCard}, false) as locked,
        r.expires_on < (now() at time zone 'Asia/Shanghai')::date as expired,
        u.recharge_id is not null and u.stamped_at is null as held
      from (select * from card_range where county_id = ${countyId} and first_serial <= ${stored} order by first_serial desc limit 1) r
      join holder h on h.county_id = r.county_id and h.holder_id = r.holder_id
      left join card_use u on u.county_id = r.county_id and u.serial = ${stored}
      left join card_try t on t.county_id = r.county_id and t.serial = ${stored}
      where r.last_serial >= ${stored} and ${visibleHolders(actor)}`.execute(tx)
    const row = rows[0]
    if (!row) return refuse('cardNotFound', { serial })
    return { serial: printSerial(stored), ...row }
  },
})
