// The counties under a city or province side by side: stock, recharges, and what somebody there should look at.

import { sql } from 'kysely'
import { z } from 'zod'
import { cardStates } from '../../domain/card.ts'
import { countySettings } from '../../domain/county-settings.ts'
import { countiesInReach, type ReachedCounty } from '../../domain/region.ts'
import { query } from '../../domain/services.ts'
import type { Tx } from '../../kernel/db.ts'

const figure = z.object({ quantity: z.int(), amountFen: z.int() })

const overview = z.object({
  countyId: z.int(),
  name: z.string(),
  nameEn: z.string(),
  stock: z.array(figure.extend({ state: z.enum(cardStates) })),
  rechargedToday: figure,
  rechargedThisMonth: figure,
  warnings: z.object({
    doubtful: z.int(),
    pendingApproval: z.int(),
    inTransit: z.int(),
    /** Face values in use of which the county has no card left. */
    soldOutFen: z.array(z.int()),
  }),
})

export const get = query({
  roles: ['regionViewer'],
  input: z.strictObject({}),
  output: z.object({ counties: z.array(overview) }),
  async run({ tx, actor }) {
    const counties: z.input<typeof overview>[] = []
    for (const county of await countiesInReach(tx, actor)) counties.push(await overviewOf(tx, county))
    return { counties }
  },
})

async function overviewOf(tx: Tx, county: ReachedCounty): Promise<z.input<typeof overview>> {
  const { countyId } = county
  const stock = await sql<{ state: (typeof cardStates)[number]; quantity: number; amountFen: number }>`
    select state, sum(quantity)::int as quantity, sum(quantity * face_value_fen::bigint)::bigint as amount_fen
    from balance_now where county_id = ${countyId} group by 1 having sum(quantity) <> 0 order by 1`.execute(tx)
  const recharged = await sql<Record<'today' | 'todayFen' | 'month' | 'monthFen' | 'doubtful', number>>`
    with day as (select date_trunc('day', now() at time zone 'Asia/Shanghai') at time zone 'Asia/Shanghai' as start)
    select count(*) filter (where r.accepted_at >= day.start and state = 'succeeded')::int as today,
      coalesce(sum(face_value_fen) filter (where r.accepted_at >= day.start and state = 'succeeded'), 0)::bigint as today_fen,
      count(*) filter (where state = 'succeeded')::int as month,
      coalesce(sum(face_value_fen) filter (where state = 'succeeded'), 0)::bigint as month_fen,
      count(*) filter (where state = 'doubtful')::int as doubtful
    from recharge_now r, day where r.county_id = ${countyId}
      and r.accepted_at >= date_trunc('month', now() at time zone 'Asia/Shanghai') at time zone 'Asia/Shanghai'`.execute(
    tx,
  )
  const open = await sql<{ pendingApproval: number; inTransit: number }>`
    select count(*) filter (where state = 'pendingApproval')::int as pending_approval,
      count(*) filter (where kind = 'CK' and state = 'inTransit')::int as in_transit
    from document where county_id = ${countyId}`.execute(tx)
  const { faceValuesFen } = await countySettings(tx, countyId)
  const left = await sql<{ faceValueFen: number }>`
    select face_value_fen from balance_now where county_id = ${countyId} and state = 'county'
    group by 1 having sum(quantity) > 0`.execute(tx)
  const { today = 0, todayFen = 0, month = 0, monthFen = 0, doubtful = 0 } = recharged.rows[0] ?? {}
  return {
    ...county,
    stock: stock.rows,
    rechargedToday: { quantity: today, amountFen: todayFen },
    rechargedThisMonth: { quantity: month, amountFen: monthFen },
    warnings: {
      doubtful,
      ...(open.rows[0] ?? { pendingApproval: 0, inTransit: 0 }),
      soldOutFen: faceValuesFen.filter(value => !left.rows.some(row => row.faceValueFen === value)),
    },
  }
}
