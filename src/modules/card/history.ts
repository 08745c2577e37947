// A card's whole history in order (A8): made, moved, named in documents, frozen, locked, recharged and posted.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant, printedSerial } from '../../domain/forms.ts'
import { maskedAccount } from '../../domain/listing/shapes.ts'
import { ownSerial } from '../../domain/serial.ts'
import { query } from '../../domain/services.ts'
import { seesWholeCounty, visibleHolders } from '../../domain/visibility.ts'
import type { Tx } from '../../kernel/db.ts'
import type { Actor } from '../../kernel/operation.ts'
import { refuse } from '../../kernel/refusal.ts'

const event = z.object({
  at: instant,
  /** A kind of movement; generated, rejected, frozen, locked; document.<action>, recharge.<state>, posting.<outcome>. */
  kind: z.string(),
  documentNo: z.string().nullable(),
  documentKind: z.string().nullable(),
  operatorName: z.string().nullable(),
  fromHolder: z.string().nullable(),
  toHolder: z.string().nullable(),
  rechargeState: z.string().nullable(),
  /** Why, or which service of a card service document. */
  detail: z.string().nullable(),
  accountNo: maskedAccount.nullable(),
  transactionSerial: z.string().nullable(),
})

export const history = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'regionViewer'],
  input: z.strictObject({ serial: printedSerial }),
  output: z.object({ events: z.array(event) }),
  async run({ tx, actor, countyId }, { serial }) {
    const stored = ownSerial(serial, countyId)
    if (!seesWholeCounty(actor)) await requireVisible(tx, actor, stored, serial)
    return { events: await eventsOf(tx, countyId, stored) }
  },
})

/** `place` puts what happened at one moment in the order in which it can only have happened. */
async function eventsOf(tx: Tx, countyId: number, stored: number): Promise<z.input<typeof event>[]> {
  const here = (table: string) =>
    sql`int8range(${sql.ref(`${table}.first_serial`)}, ${sql.ref(`${table}.last_serial`)}, '[]') @> ${stored}::bigint`
  const { rows } = await sql<z.input<typeof event>>`
    with happened(at, place, kind, document_id, operator_id, from_holder_id, to_holder_id, recharge_state, detail, account_no, transaction_serial) as (
      select b.generated_at, 0::bigint, 'generated', b.batch_id, null::int, null::int, null::int, null::text, null::text, null::text, null::text
      from batch b where b.county_id = ${countyId} and b.generated_at is not null and ${here('b')}
      union all
      select r.at, 1, 'rejected', r.document_id, null, null, null, null, r.reason, null, null
      from rejected_range r where r.county_id = ${countyId} and ${here('r')}
      union all
      select m.at, 10 + m.movement_id, m.kind, m.document_id, m.operator_id, m.from_holder_id, m.to_holder_id, null, null, null, null
      from movement m where m.county_id = ${countyId} and ${here('m')}
      union all
      select s.at, 2, 'document.' || s.action, s.document_id, s.operator_id, null, null, null,
        coalesce(nullif(s.note, ''), d.body->>'service', d.body->>'reason'), null, null
      from (select distinct x.document_id from document_line x where x.county_id = ${countyId} and x.first_serial is not null and ${here('x')}) x
      join document d on d.county_id = ${countyId} and d.document_id = x.document_id
      join document_step s on s.county_id = d.county_id and s.document_id = d.document_id
      union all
      select f.at, 3, 'frozen', f.document_id, null, null, null, null, f.reason, null, null
      from card_freeze f where f.county_id = ${countyId} and ${here('f')}
      union all
      select t.locked_at, 4, 'locked', null, null, null, null, null, null, null, null
      from card_try t where t.county_id = ${countyId} and t.serial = ${stored} and t.locked_at is not null
      union all
      select e.at, 5, 'recharge.' || e.state, null, null, r.holder_id, null, case when e.owed then 'owed' else e.state end,
        coalesce(e.details->>'reason', e.details->>'cause'), r.account_no, null
      from recharge r join recharge_event e using (county_id, recharge_id)
      where r.county_id = ${countyId} and r.serial = ${stored}
      union all
      select e.at, 6, 'posting.' || e.outcome, null, null, null, null, null, e.mis_ref, p.account_no, p.transaction_serial
      from recharge r join posting p using (county_id, recharge_id) join posting_end e on e.county_id = p.county_id and e.transaction_serial = p.transaction_serial
      where r.county_id = ${countyId} and r.serial = ${stored}
    )
    select h.at, h.kind, d.document_no, d.kind as document_kind, o.name as operator_name, hf.name as from_holder, ht.name as to_holder,
      h.recharge_state, h.detail, h.account_no, h.transaction_serial
    from happened h
    left join document d on d.county_id = ${countyId} and d.document_id = h.document_id
    left join operator o on o.county_id = ${countyId} and o.operator_id = h.operator_id
    left join holder hf on hf.county_id = ${countyId} and hf.holder_id = h.from_holder_id
    left join holder ht on ht.county_id = ${countyId} and ht.holder_id = h.to_holder_id
    order by h.at, h.place`.execute(tx)
  return rows
}

/** A station asks about cards that lie with it or its sellers, as it does of their present state. */
async function requireVisible(tx: Tx, actor: Actor, stored: number, serial: string): Promise<void> {
  const { rows } = await sql`
    select from card_range r join holder h on h.county_id = r.county_id and h.holder_id = r.holder_id
    where r.county_id = ${actor.countyId} and r.first_serial <= ${stored} and r.last_serial >= ${stored}
      and ${visibleHolders(actor)}`.execute(tx)
  if (rows.length === 0) refuse('cardNotFound', { serial })
}
