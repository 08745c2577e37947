// The demonstration on a real database: its figures, and that every one of them is provable from the journal.

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDemoWorld, type DemoWorld } from '../../../test/support/demo-world.ts'
import { auditLedger } from '../../domain/ledger-audit.ts'
import { compareBothSides } from '../../mis/exactly-once.ts'
import { faultyFile } from './open-batches.ts'

let world: DemoWorld
beforeAll(async () => {
  world = await createDemoWorld()
})
afterAll(() => world?.close())

async function rows<T>(text: ReturnType<typeof sql<T>>): Promise<T[]> {
  return (await text.execute(world.db)).rows
}

async function count(text: ReturnType<typeof sql<{ n: number }>>): Promise<number> {
  return (await rows(text))[0]?.n ?? Number.NaN
}

/** The two counties: how much of a whole one each is. */
const counties = [
  { countyId: 1, share: 1 },
  { countyId: 2, share: 0.1 },
] as const

it('agrees with the audit of cards, balances, journal, recharges and money', async () => {
  const { differences } = await auditLedger(world.db)
  expect(differences).toEqual([])
})

it('agrees with the billing system, recharge by recharge', async () => {
  const { serials, invariants } = await world.billing.audit()
  expect(serials.length).toBeGreaterThan(16_000)
  expect(await compareBothSides(world.db, new Map(serials.map(posted => [posted.serial, posted])))).toEqual([])
  expect(invariants.moneyMoved.breaches).toEqual([])
})

it('is filled once', async () => {
  const before = await rows(sql`select count(*)::int as n from document`)
  await world.fill()
  expect(await rows(sql`select count(*)::int as n from document`)).toEqual(before)
})

describe.each(counties)('county $countyId', ({ countyId, share }) => {
  const part = (whole: number) => Math.round(whole * share)

  it('has places and people for every role', async () => {
    const holders = await rows(
      sql`select kind, count(*)::int as n from holder where county_id = ${countyId} group by 1 order by 1`,
    )
    expect(holders).toEqual([
      ...[
        { kind: 'account', n: 1 },
        { kind: 'county', n: 1 },
        { kind: 'custody', n: 1 },
        { kind: 'customer', n: 1 },
      ],
      ...[
        { kind: 'hall', n: 2 },
        { kind: 'seller', n: 18 },
        { kind: 'station', n: 6 },
      ],
    ])
    const roles = await rows<{ role: string; n: number }>(
      sql`select role, count(*)::int as n from operator where county_id = ${countyId} group by 1`,
    )
    expect(Object.fromEntries(roles.map(row => [row.role, row.n]))).toEqual({
      ...{ countyCardAdmin: 1, countyFinance: 2, stationCardAdmin: 6, sellerPortal: 3 },
      ...{ hotlineAttendant: 1, systemAdmin: 1, securityAdmin: 1, auditAdmin: 1 },
    })
  })

  it('made 60,000 numbers in 12 batches: stocked, rejected, and not back yet', async () => {
    const [made] = await rows(sql`
      select count(*)::int as batches, sum(quantity)::int as numbers from batch
      where county_id = ${countyId} and generated_at is not null`)
    expect(made).toEqual({ batches: 12, numbers: part(60_000) })
    expect(
      await count(sql`select sum(quantity)::int as n from movement where county_id = ${countyId} and kind = 'stockIn'`),
    ).toBe(part(58_900))
    expect(
      await count(
        sql`select sum(last_serial - first_serial + 1)::int as n from rejected_range where county_id = ${countyId}`,
      ),
    ).toBe(part(600))
  })

  it('has cards in every state, about as many as they should be', async () => {
    const found = await rows<{ state: string; n: number }>(
      sql`select state, sum(quantity)::int as n from balance_now where county_id = ${countyId} group by 1`,
    )
    const states = Object.fromEntries(found.map(row => [row.state, row.n]))
    expect(states).toMatchObject({ used: part(14_900), void: part(500) })
    const about = { county: 18_000, station: 14_000, seller: 9_000, customer: 2_500 }
    for (const [state, wanted] of Object.entries(about)) {
      expect(Math.abs((states[state] ?? 0) / part(wanted) - 1), `${state} ${states[state]}`).toBeLessThan(0.08)
    }
  })

  it('recharged 14,900 cards by day and week; a few failed, a few are doubtful', async () => {
    const found = await rows<{ state: string; n: number }>(
      sql`select state, count(*)::int as n from recharge_now where county_id = ${countyId} group by 1`,
    )
    expect(Object.fromEntries(found.map(row => [row.state, row.n]))).toEqual({
      succeeded: part(14_900),
      failed: Math.max(2, part(12)),
      doubtful: Math.max(1, part(3)),
    })
    const local = sql`(accepted_at at time zone 'Asia/Shanghai')`
    const byDay = await rows<{ n: number }>(
      sql`select count(*)::int as n from recharge where county_id = ${countyId} group by ${local}::date`,
    )
    expect(byDay.length).toBeGreaterThan(170)
    const [shape] = await rows<{ night: number; evening: number }>(sql`
      select count(*) filter (where extract(hour from ${local}) between 1 and 4)::int as night,
        count(*) filter (where extract(hour from ${local}) between 18 and 21)::int as evening
      from recharge where county_id = ${countyId}`)
    expect(shape?.evening).toBeGreaterThan(10 * (shape?.night ?? 0))
  })

  it('took 21,000 calls with every end a call can have', async () => {
    expect(await count(sql`select count(*)::int as n from call where county_id = ${countyId}`)).toBe(part(21_000))
    const outcomes = await rows<{ outcome: string }>(
      sql`select distinct outcome from call where county_id = ${countyId}`,
    )
    expect(outcomes).toHaveLength(19)
    const voice = await count(sql`
      select count(*)::int as n from recharge r left join call c using (county_id, call_id)
      where r.county_id = ${countyId} and r.channel = 'voice' and (c.call_id is null or r.accepted_at not between c.started_at and c.ended_at)`)
    expect(voice).toBe(0)
    const future = await count(
      sql`select count(*)::int as n from call_step where county_id = ${countyId} and at > now()`,
    )
    expect(future).toBe(0)
  })

  it('was compared with the billing system every day', async () => {
    const days = await rows<{ state: string; day: string }>(sql`
      select d.state, r.day from reconciliation r join document d using (county_id, document_id)
      where r.county_id = ${countyId} order by r.day desc`)
    expect(days).toHaveLength(180)
    expect(days.slice(0, 3).map(one => one.state)).toEqual(['differing', 'closed', 'agreed'])
    const open = await rows(sql`
      select class, (theirs_fen is distinct from ours_fen and class = 'different') as amount from reconciliation_difference
      where county_id = ${countyId} and day = ${days[0]?.day} order by class, amount`)
    expect(open).toEqual([
      { class: 'different', amount: false },
      { class: 'different', amount: true },
      { class: 'oursOnly', amount: false },
      { class: 'theirsOnly', amount: false },
    ])
    const wrong = await rows(sql`
      select r.day from reconciliation r where r.county_id = ${countyId} and (
        ours_quantity <> (select count(*) from posting_end e where e.county_id = r.county_id and e.outcome = 'accepted' and e.settle_date = to_char(r.day, 'YYYYMMDD'))
        or ours_quantity <> agreed_quantity + (select count(*) from reconciliation_difference d where d.county_id = r.county_id and d.day = r.day and ours_fen is not null)
        or theirs_quantity <> agreed_quantity + (select count(*) from reconciliation_difference d where d.county_id = r.county_id and d.day = r.day and theirs_fen is not null))`)
    expect(wrong).toEqual([])
  })

  it('has money between stations and sellers that is the sum of purchases, refunds and repayments', async () => {
    const wrong = await rows(sql`
      select d.document_no from document d left join seller_entry e using (county_id, document_id)
      where d.county_id = ${countyId} and d.kind in ('SK', 'TK') and e.amount_fen is distinct from (
        select sum(face_value_fen::bigint * quantity) from document_line l
        where l.county_id = d.county_id and l.document_id = d.document_id)`)
    expect(wrong).toEqual([])
    const [owing] = await rows<{ owed: number; over: number }>(sql`
      select sum(owed_fen)::bigint as owed, count(*) filter (where owed_fen > credit_limit_fen)::int as over
      from seller where county_id = ${countyId}`)
    expect(owing?.owed).toBeGreaterThan(0)
    expect(owing?.over).toBe(0)
  })

  it('leaves work for everybody', async () => {
    const open = await rows<{ what: string }>(sql`
      select kind || ' ' || state as what from document where county_id = ${countyId}
        and (kind, state) in (('LS', 'draft'), ('LS', 'pendingApproval'), ('LS', 'approved'), ('CK', 'inTransit'), ('CK', 'partlyAccepted'),
          ('ZF', 'pendingApproval'), ('ZF', 'approved'), ('ZK', 'approved'), ('ZK', 'checking'), ('RK', 'toInspect'),
          ('FS', 'pendingApproval'), ('PD', 'resolving'))
      order by 1`)
    expect(open.map(one => one.what)).toEqual([
      ...['CK inTransit', 'CK partlyAccepted', 'FS pendingApproval', 'LS approved', 'LS draft', 'LS pendingApproval'],
      ...['PD resolving', 'RK toInspect', 'ZF approved', 'ZF pendingApproval', 'ZK approved', 'ZK checking'],
    ])
    const results = await rows<{ class: string; n: number }>(sql`
      select r.class, sum(r.quantity)::int as n from stock_in_result r join document d using (county_id, document_id)
      where r.county_id = ${countyId} and d.state = 'toInspect' group by 1`)
    const { match, ...faults } = Object.fromEntries(results.map(row => [row.class, row.n]))
    expect(faults).toEqual(faultyFile)
    expect(match).toBe(part(500) - 18)
    const counted = await rows(sql`
      select class, count(*)::int as n from stocktake_difference where county_id = ${countyId} and treatment is null group by 1 order by 1`)
    expect(counted).toEqual([
      { class: 'elsewhere', n: 1 },
      { class: 'missing', n: 2 },
    ])
    const low = await count(sql`
      select quantity as n from balance b join holder h using (county_id, holder_id)
      where b.county_id = ${countyId} and h.code = 'S06' and b.face_value_fen = 50000 and b.state = 'station'`)
    expect(low).toBe(3)
    const until = await rows(sql`
      select (valid_until at time zone 'Asia/Shanghai' - interval '1 second')::date = (now() at time zone 'Asia/Shanghai')::date as today
      from document where county_id = ${countyId} and kind = 'LS' and state = 'approved'`)
    expect(until).toEqual([{ today: true }])
  })
})
