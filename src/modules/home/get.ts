// The home page: stock by state, today's recharges, what runs on the telephone now, and what needs a person.

import { sql } from 'kysely'
import { z } from 'zod'
import { cardStates } from '../../domain/card.ts'
import { documentKinds, endStates } from '../../domain/document-life.ts'
import { query } from '../../domain/services.ts'
import { visibleHolders } from '../../domain/visibility.ts'

/** Kinds with the states in which nothing is left to do. */
/** Ended, or waiting for nobody's step: a void whose cards lie in custody, a reconciled day on which all agreed. */
const ended = [
  ...documentKinds.flatMap(kind => endStates(kind).map(state => `${kind} ${state}`)),
  'ZF voided',
  'DZ agreed',
  'DZ closed',
]

const figure = z.object({ quantity: z.int(), amountFen: z.int() })

export const get = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'hotlineAttendant'],
  input: z.strictObject({}),
  output: z.object({
    stock: z.array(z.object({ state: z.enum(cardStates), faceValueFen: z.int(), quantity: z.int() })),
    today: z.object({ accepted: figure, succeeded: figure, failed: figure, doubtful: figure, owed: figure }),
    liveCalls: z.int(),
    openDocuments: z.array(z.object({ kind: z.string(), state: z.string(), quantity: z.int() })),
    openIncidents: z.int(),
  }),
  async run({ tx, countyId, actor }) {
    const stock = await sql<{ state: (typeof cardStates)[number]; faceValueFen: number; quantity: number }>`
      select b.state, b.face_value_fen, sum(b.quantity)::int as quantity from balance_now b join holder h using (county_id, holder_id)
      where b.county_id = ${countyId} and ${visibleHolders(actor)} group by 1, 2 having sum(b.quantity) <> 0 order by 2, 1`.execute(
      tx,
    )
    const today = await sql<{ state: string; owed: boolean; quantity: number; amountFen: number }>`
      select r.state, r.owed, count(*)::int as quantity, sum(r.face_value_fen)::bigint as amount_fen
      from recharge_now r join holder h on h.county_id = r.county_id and h.holder_id = r.holder_id
      where r.county_id = ${countyId} and ${visibleHolders(actor)}
        and r.accepted_at >= date_trunc('day', now() at time zone 'Asia/Shanghai') at time zone 'Asia/Shanghai'
      group by 1, 2`.execute(tx)
    const documents = await sql<{ kind: string; state: string; quantity: number }>`
      select d.kind, d.state, count(*)::int as quantity from document d join holder h using (county_id, holder_id)
      where d.county_id = ${countyId} and ${visibleHolders(actor)}
        and d.kind || ' ' || d.state <> all(${ended}::text[]) group by 1, 2 order by 1, 2`.execute(tx)
    const counts = await sql<{ liveCalls: number; openIncidents: number }>`
      select (select count(*)::int from call where county_id = ${countyId} and ended_at is null) as live_calls,
        (select count(*)::int from incident where county_id = ${countyId} and closed_at is null) as open_incidents`.execute(
      tx,
    )
    const sum = (wanted: (row: { state: string; owed: boolean }) => boolean) =>
      today.rows
        .filter(wanted)
        .reduce(
          (total, row) => ({ quantity: total.quantity + row.quantity, amountFen: total.amountFen + row.amountFen }),
          {
            quantity: 0,
            amountFen: 0,
          },
        )
    return {
      stock: stock.rows,
      today: {
        accepted: sum(() => true),
        succeeded: sum(row => row.state === 'succeeded'),
        failed: sum(row => row.state === 'failed'),
        doubtful: sum(row => row.state === 'doubtful'),
        owed: sum(row => row.owed && row.state === 'initial'),
      },
      liveCalls: counts.rows[0]?.liveCalls ?? 0,
      openDocuments: documents.rows,
      openIncidents: counts.rows[0]?.openIncidents ?? 0,
    }
  },
})
