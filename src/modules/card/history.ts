// A card's whole history in order: every movement with document and person, and every recharge tried with it.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant, printedSerial } from '../../domain/forms.ts'
import { ownSerial } from '../../domain/serial.ts'
import { query } from '../../domain/services.ts'
import { seesWholeCounty, visibleHolders } from '../../domain/visibility.ts'
import type { Tx } from '../../kernel/db.ts'
import type { Actor } from '../../kernel/operation.ts'
import { refuse } from '../../kernel/refusal.ts'

const event = z.object({
  at: instant,
  kind: z.string(),
  documentNo: z.string().nullable(),
  operatorName: z.string().nullable(),
  fromHolder: z.string().nullable(),
  toHolder: z.string().nullable(),
  rechargeState: z.string().nullable(),
})

export const history = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'regionViewer'],
  input: z.strictObject({ serial: printedSerial }),
  output: z.object({ events: z.array(event) }),
  async run({ tx, actor, countyId }, { serial }) {
    const stored = ownSerial(serial, countyId)
    if (!seesWholeCounty(actor)) await requireVisible(tx, actor, stored, serial)
    const { rows } = await sql<z.input<typeof event>>`
      select m.at, m.kind, d.document_no, o.name as operator_name, hf.name as from_holder, ht.name as to_holder, null as recharge_state
      from movement m
      left join document d on d.county_id = m.county_id and d.document_id = m.document_id
      left join operator o on o.county_id = m.county_id and o.operator_id = m.operator_id
      left join holder hf on hf.county_id = m.county_id and hf.holder_id = m.from_holder_id
      join holder ht on ht.county_id = m.county_id and ht.holder_id = m.to_holder_id
      where m.county_id = ${countyId} and int8range(m.first_serial, m.last_serial, '[]') @> ${stored}::bigint
      union all
      select e.at, 'recharge.' || e.state, null, null, null, null, case when e.owed then 'owed' else e.state end
      from recharge r join recharge_event e using (county_id, recharge_id)
      where r.county_id = ${countyId} and r.serial = ${stored}
      order by 1`.execute(tx)
    return { events: rows }
  },
})

/** A station asks about cards that lie with it or its sellers, as it does of their present state. */
async function requireVisible(tx: Tx, actor: Actor, stored: number, serial: string): Promise<void> {
  const { rows } = await sql`
    select from card_range r join holder h on h.county_id = r.county_id and h.holder_id = r.holder_id
    where r.county_id = ${actor.countyId} and r.first_serial <= ${stored} and r.last_serial >= ${stored}
      and ${visibleHolders(actor)}`.execute(tx)
  if (rows.length === 0) refuse('cardNotFound', { serial })
}
