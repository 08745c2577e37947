// The books of the demonstration: 进销存 of every month from the journal alone, documents and their people, numbers.

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDemoWorld, type DemoWorld } from '../../../test/support/demo-world.ts'
import { batchBody } from '../../domain/batch.ts'
import { serviceBody } from '../../domain/card-service.ts'
import { voidBody } from '../../domain/card-void.ts'
import { applicationBody, issueBody } from '../../domain/draw.ts'
import { purchaseBody } from '../../domain/purchase.ts'
import { reportNames } from '../../domain/report/index.ts'
import { saleBody } from '../../domain/sale.ts'
import { returnBody as sellerReturnBody } from '../../domain/seller-return.ts'
import { returnApplicationBody, returnBody } from '../../domain/station-return.ts'
import { stockInBody } from '../../domain/stock-in.ts'
import { stocktakeBody } from '../../domain/stocktake.ts'
import { daysBefore, localDate } from './calendar.ts'
import { demoCounties } from './facts.ts'
import { peopleOf } from './people.ts'

let world: DemoWorld
beforeAll(async () => {
  world = await createDemoWorld()
})
afterAll(() => world?.close())

async function rows<T>(text: ReturnType<typeof sql<T>>): Promise<T[]> {
  return (await text.execute(world.db)).rows
}

it('every month of every holder and face value: opening + in − out = closing, and the last closing is the cards there', async () => {
  const wrong = await rows(sql`
    with flow as (
      select county_id, to_holder_id as holder_id, to_state as state, face_value_fen, date_trunc('month', at at time zone 'Asia/Shanghai') as month, quantity as came, 0 as went from movement
      union all select county_id, from_holder_id, from_state, face_value_fen, date_trunc('month', at at time zone 'Asia/Shanghai'), 0, quantity from movement where from_state is not null
    ), monthly as (
      select county_id, holder_id, state, face_value_fen, month, sum(came) as came, sum(went) as went from flow group by 1, 2, 3, 4, 5
    ), running as (
      select *, sum(came - went) over (partition by county_id, holder_id, state, face_value_fen order by month) as closing from monthly
    ), chained as (
      select *, coalesce(lag(closing) over (partition by county_id, holder_id, state, face_value_fen order by month), 0) as opening,
        lead(month) over (partition by county_id, holder_id, state, face_value_fen order by month) is null as newest from running
    )
    select c.* from chained c left join balance_now b using (county_id, holder_id, state, face_value_fen)
    where opening + came - went <> closing or closing < 0 or opening < 0 or (newest and closing <> coalesce(b.quantity, 0))`)
  expect(wrong).toEqual([])
})

it('nobody ever held fewer cards than none, on any day', async () => {
  const wrong = await rows(sql`
    with flow as (
      select county_id, to_holder_id as holder_id, to_state as state, face_value_fen, at, quantity from movement
      union all select county_id, from_holder_id, from_state, face_value_fen, at, -quantity from movement where from_state is not null
    ), daily as (
      select county_id, holder_id, state, face_value_fen, (at at time zone 'Asia/Shanghai')::date as day, sum(quantity) as change from flow group by 1, 2, 3, 4, 5
    )
    select * from (select *, sum(change) over (partition by county_id, holder_id, state, face_value_fen order by day) as held from daily) r
    where held < 0 limit 5`)
  expect(wrong).toEqual([])
})

it('the county as a whole: stocked less recharged less void is what is left', async () => {
  const wrong = await rows(sql`
    select county_id, face_value_fen from (
      select county_id, face_value_fen,
        coalesce(sum(quantity) filter (where kind = 'stockIn'), 0) - coalesce(sum(quantity) filter (where kind in ('recharge', 'void')), 0) as left_over
      from movement group by 1, 2) m
    join (select county_id, face_value_fen, sum(quantity) as quantity from balance_now
      where state in ('county', 'station', 'seller', 'customer') group by 1, 2) b using (county_id, face_value_fen)
    where left_over <> quantity`)
  expect(wrong).toEqual([])
})

it('the lines of every document that moved cards are its movements', async () => {
  const [documents] = await rows<{ n: number }>(
    sql`select count(distinct (county_id, document_id))::int as n from movement where document_id is not null`,
  )
  expect(documents?.n).toBeGreaterThan(1_000)
  const wrong = await rows(sql`
    with moved as (
      select m.county_id, m.document_id, range_agg(int8range(m.first_serial, m.last_serial, '[]')) as cards, sum(m.quantity) as quantity
      from movement m where m.document_id is not null and m.kind <> 'accept' group by 1, 2
    ), written as (
      select l.county_id, l.document_id, range_agg(int8range(l.first_serial, l.last_serial, '[]')) as cards, sum(l.quantity) as quantity
      from document_line l where l.first_serial is not null group by 1, 2
    )
    select d.document_no from moved join document d using (county_id, document_id) left join written w using (county_id, document_id)
    where moved.cards is distinct from w.cards or moved.quantity <> w.quantity`)
  expect(wrong).toEqual([])
})

it('authors, approvers and executors are who may be: other people, in the order of time', async () => {
  const wrong = await rows(sql`
    select d.document_no, d.kind from document d
    join operator a on a.county_id = d.county_id and a.operator_id = d.author_id
    left join operator p on p.county_id = d.county_id and p.operator_id = d.approver_id
    left join operator e on e.county_id = d.county_id and e.operator_id = d.executor_id
    where a.staff_no = p.staff_no or (p.staff_no = e.staff_no and d.kind <> 'ZK')
      or (d.kind = 'RK' and a.staff_no = e.staff_no)
      or (d.approved_at < d.submitted_at) or (d.executed_at < d.approved_at)
      or (d.kind in ('LS', 'FS', 'ZF', 'ZK') and d.approver_id is null and d.state not in ('draft', 'pendingApproval'))
      or (d.kind in ('CK', 'FK', 'ZF', 'SK', 'TK', 'DS', 'RK') and d.executor_id is null
        and d.state in ('inTransit', 'accepted', 'partlyAccepted', 'takenIn', 'voided', 'destroyed', 'sold', 'returned', 'stocked'))`)
  expect(wrong).toEqual([])
  const steps = await rows(sql`
    select d.document_no from document d cross join lateral (
      select coalesce(max(s.step_no), 1) as version, coalesce((array_agg(s.to_state order by s.step_no desc))[1], 'draft') as state
      from document_step s where s.county_id = d.county_id and s.document_id = d.document_id) s
    where (d.version, d.state) <> (s.version, s.state)`)
  expect(steps).toEqual([])
  const future = await rows(
    sql`select document_no from document where greatest(created_at, executed_at, approved_at) > now()`,
  )
  expect(future).toEqual([])
})

it('documents hold what their operations would have written', async () => {
  const schemas = {
    ...{ ZK: batchBody, RK: stockInBody, ZF: voidBody, LS: applicationBody, CK: issueBody, PD: stocktakeBody },
    ...{
      FS: returnApplicationBody,
      FK: returnBody,
      SK: purchaseBody,
      TK: sellerReturnBody,
      DS: saleBody,
      KF: serviceBody,
    },
  }
  for (const [kind, schema] of Object.entries(schemas)) {
    const found = await rows<{ body: object; documentNo: string | null }>(
      sql`select body, document_no from document where kind = ${kind}`,
    )
    expect(found.length, kind).toBeGreaterThan(0)
    const wrong = found.filter(({ body }) => !schema.strict().safeParse(body).success)
    expect(wrong.slice(0, 2), kind).toEqual([])
  }
  const [origins] = await rows<{ wrong: number; n: number }>(sql`
    select count(*)::int as n, (count(*) filter (where o.document_no is null))::int as wrong
    from document d join document_line l using (county_id, document_id)
    left join document o on o.county_id = d.county_id and o.kind = 'SK' and o.document_no = l.note
    where d.kind = 'TK'`)
  expect(origins?.n).toBeGreaterThan(30)
  expect(origins?.wrong).toBe(0)
})

it('numbers have no gaps, follow the time, and the next one follows them', async () => {
  const wrong = await rows(sql`
    with numbered as (
      select county_id, kind, substr(document_no, 9, 8) as day, substr(document_no, 17)::int as no,
        (select min(s.at) from document_step s where s.county_id = d.county_id and s.document_id = d.document_id) as at
      from document d where document_no is not null
    ), summed as (
      select county_id, kind, day, count(*) as n, max(no) as last, min(no) as first from numbered group by 1, 2, 3
    )
    select s.* from summed s left join document_counter c on c.county_id = s.county_id and c.kind = s.kind and c.day = to_date(s.day, 'YYYYMMDD')
    where s.n <> s.last or s.first <> 1 or c.last_no is distinct from s.last`)
  expect(wrong).toEqual([])
})

describe('every report', () => {
  const today = localDate(Date.now())
  const monthStart = `${localDate(Date.now() - 31 * 86_400_000).slice(0, 7)}-01`
  const monthEnd = localDate(Date.parse(`${today.slice(0, 7)}-01T00:00:00+08:00`) - 1)
  const wholeHistory = { fromDay: localDate(Date.now() - daysBefore * 86_400_000), toDay: today }
  const periods = [{ fromDay: monthStart, toDay: monthEnd }, wholeHistory]

  it.each(reportNames)('%s agrees with what it is checked against', async name => {
    for (const county of demoCounties) {
      const finance = (await peopleOf(world.db, world.execute, county)).as('finance')
      for (const period of periods) {
        const { tables, checks } = await finance.report.run({ name, ...period })
        expect(checks.filter(check => check.difference !== 0)).toEqual([])
        expect(tables.some(table => table.rows.length > 0)).toBe(true)
      }
    }
  })

  it('the call funnel tells of success whoever heard of it', async () => {
    const [county] = demoCounties
    if (!county) throw new Error('a county')
    const finance = (await peopleOf(world.db, world.execute, county)).as('finance')
    const { tables } = await finance.report.run({ name: 'callFunnel', ...wholeHistory })
    const [told] = await rows<{ n: number }>(
      sql`select count(*)::int as n from call where county_id = 1 and outcome = 'recharge.succeeded'`,
    )
    const steps = tables[0]?.rows ?? []
    expect(steps[0]).toMatchObject({ entered: 21_000 })
    expect(steps.at(-1)).toMatchObject({ passed: told?.n })
    const left = steps.map(step => Number(step.left))
    expect(left.reduce((sum, n) => sum + n, 0)).toBe(21_000 - (told?.n ?? 0))
    expect(left.slice(1).every(n => n > 0)).toBe(true)
  })
})
