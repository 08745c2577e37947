// Every report against numbers worked by hand from one small world of two stations and a day of calls.

import { sql } from 'kysely'
import { readSheet } from 'read-excel-file/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { addDays, dayOf } from '../business-day.ts'
import { failRecharge, rechargeNow, succeedRecharge } from '../recharge.ts'

let world: World
let batch: MadeBatch
let dear: MadeBatch
const today = dayOf(new Date())
const posted = { transactionSerial: '', misRef: 'MIS-1', settleDate: '20260101', postedAt: '', notices: [] }

/** Station 1: seller 1 buys 20 at 50 yuan for cash and 4 at 100 on credit, seller 2 buys 10. Station 2: seller 3 buys 10. */
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 100 })
  dear = await stockedBatch(world, { quantity: 20, faceValueFen: 10_000 })
  await draw(world, 'station1', batch, { from: 0, quantity: 40 })
  await draw(world, 'station2', batch, { from: 60, quantity: 20 })
  await draw(world, 'station1', dear, { from: 0, quantity: 10, faceValueFen: 10_000 })
  const [one, two, three] = world.places.sellers
  await sell('station1', one, batch, 0, 19, 5_000)
  await sell('station1', one, dear, 0, 3, 10_000)
  await sell('station1', two, batch, 20, 29, 5_000)
  await sell('station2', three, batch, 60, 69, 5_000)
  const ends = ['succeeded', 'succeeded', 'failed', 'initial'] as const
  for (const [n, end] of ends.entries()) await use(batch, n, '4101000001', end)
  await use(batch, 60, '4101000002', 'succeeded')
})
afterAll(() => world.close())

const sell = (
  who: 'station1' | 'station2',
  sellerId: number,
  from: MadeBatch,
  first: number,
  last: number,
  face: number,
) =>
  world.as(who).sellerPurchase.execute({
    sellerId,
    ranges: [{ firstSerial: from.serial(first), lastSerial: from.serial(last) }],
    payment: { method: 'cash', amountFen: (last - first + 1) * face },
    jointCheck: { confirmed: 'paper' },
  })

async function use(from: MadeBatch, place: number, accountNo: string, end: 'succeeded' | 'failed' | 'initial') {
  const pin = world.services.pins.draw(from.stored(place), 12)
  const card = {
    serial: from.serial(place),
    pin,
    accountNo,
    channel: 'voice' as const,
    caller: '13812345678',
    callId: null,
  }
  const { rechargeId } = await world.as('hotline').recharge.accept(card, { key: `${from.documentId} ${place}` })
  await world.inTransaction(async tx => {
    const recharge = await rechargeNow(tx, 1, rechargeId)
    if (end === 'succeeded') await succeedRecharge(tx, recharge, posted)
    if (end === 'failed') await failRecharge(tx, recharge, 'accountClosed')
  })
}

type Ask = Parameters<ReturnType<World['as']>['report']['run']>[0]
const run = (name: string, more: Partial<Ask> = {}, who: 'finance' | 'station1' | 'station2' = 'finance') =>
  world.as(who).report.run({ name, fromDay: today, toDay: today, ...more })
const pick = (rows: Record<string, unknown>[] | undefined, keys: string[]) =>
  rows?.map(row => keys.map(key => row[key]))

test('sales by station, seller and face value', async () => {
  const { tables, checks } = await run('sales')
  expect(
    pick(tables[0]?.rows, [
      'level',
      'station',
      'seller',
      'purchased',
      'purchasedFen',
      'recharged',
      'onHand',
      'sellThrough',
    ]),
  ).toEqual([
    ['face', '城关供电所', '售卡员1', 20, 100_000, 2, 18, 0.1],
    ['face', '城关供电所', '售卡员1', 4, 40_000, 0, 4, 0],
    ['seller', '城关供电所', '售卡员1', 24, 140_000, 2, 22, 0.0833],
    ['face', '城关供电所', '售卡员2', 10, 50_000, 0, 10, 0],
    ['seller', '城关供电所', '售卡员2', 10, 50_000, 0, 10, 0],
    ['station', '城关供电所', null, 34, 190_000, 2, 32, 0.0588],
    ['face', '柳河供电所', '售卡员3', 10, 50_000, 1, 9, 0.1],
    ['seller', '柳河供电所', '售卡员3', 10, 50_000, 1, 9, 0.1],
    ['station', '柳河供电所', null, 10, 50_000, 1, 9, 0.1],
  ])
  expect(tables[0]?.totals).toMatchObject({ purchased: 44, net: 44, recharged: 3, onHand: 41, registered: 0 })
  expect(checks).toMatchObject([{ difference: 0 }])
  expect((await run('sales', {}, 'station2')).tables[0]?.rows).toHaveLength(3)
})

test('the money of sellers follows their entries', async () => {
  const [seller] = world.places.sellers
  await sql`update seller set credit_limit_fen = 100000 where holder_id = ${seller}`.execute(world.db)
  const operatorId = world.actor('station1').operatorId
  const entry = async (
    kind: string,
    method: string,
    amount: number,
    owed: number,
    paid: number,
    at: string,
    document = batch,
  ) => {
    await sql`
      insert into seller_entry (county_id, holder_id, at, kind, method, document_id, amount_fen, owed_change_fen, paid_change_fen, operator_id)
      values (1, ${seller}, ${at}::timestamptz, ${kind}, ${method}, ${document.documentId}, ${amount}, ${owed}, ${paid}, ${operatorId})`.execute(
      world.db,
    )
  }
  const before = (await run('sales')).tables[0]?.rows.find(row => row.level === 'seller' && row.seller === '售卡员1')
  await entry('purchase', 'credit', 60_000, 60_000, 0, `${addDays(today, -1)}T12:00:00+08:00`)
  await entry('purchase', 'credit', 30_000, 30_000, 0, `${today}T00:00:00+08:00`, dear)
  await entry('repayment', 'cash', 20_000, -20_000, 20_000, `${today}T00:00:01+08:00`)
  await entry('refund', 'offset', 5_000, -5_000, 0, `${today}T00:00:02+08:00`)
  const row = (await run('sales')).tables[0]?.rows.find(one => one.level === 'seller' && one.seller === '售卡员1')
  expect(row).toMatchObject({
    openingOwedFen: 60_000,
    creditFen: 30_000,
    repaidFen: 20_000,
    offsetFen: 5_000,
    owedFen: 65_000,
    limitUse: 0.65,
    receivableFen: Number(before?.receivableFen) + 25_000,
    receivedFen: Number(before?.receivedFen) + 20_000,
  })
})

test('recharges by what is asked, with a heat map and the cards they used', async () => {
  const { tables, checks } = await run('recharges', { by: 'seller' })
  const keys = [
    'key',
    'acceptedCount',
    'succeededCount',
    'failedCount',
    'doubtfulCount',
    'initialCount',
    'successRate',
    'accounts',
  ]
  expect(pick(tables[0]?.rows, keys)).toEqual([
    ['售卡员1', 4, 2, 1, 0, 1, 0.6667, 1],
    ['售卡员3', 1, 1, 0, 0, 0, 1, 1],
  ])
  expect(tables[0]?.totals).toMatchObject({
    acceptedCount: 5,
    succeededFen: 15_000,
    averageFen: 5_000,
    accounts: 2,
    netFen: 15_000,
  })
  const heat = tables[1]?.rows.reduce(
    (sum, row) => sum + Object.entries(row).reduce((of, [key, cell]) => of + (key === 'weekday' ? 0 : Number(cell)), 0),
    0,
  )
  expect([tables[1]?.rows.length, heat]).toEqual([7, 5])
  expect(checks).toMatchObject([{ difference: 0 }])
  for (const by of ['hour', 'day', 'month', 'face', 'region', 'channel']) {
    const { tables: other } = await run('recharges', { by })
    expect(other[0]?.totals?.acceptedCount, by).toBe(5)
  }
  expect(
    pick((await run('recharges', { by: 'region' }, 'station1')).tables[0]?.rows, ['key', 'acceptedCount']),
  ).toEqual([['城关供电所', 4]])
  await expect(run('recharges', { by: 'moon' })).rejects.toMatchObject({ code: 'badInput' })
})

test('ageing counts from the day cards came to their holder, or were stocked in', async () => {
  const later = addDays(today, 100)
  const { tables, checks } = await run('ageing', { fromDay: later, toDay: later, faceValuesFen: [5_000] })
  expect(
    pick(tables[0]?.rows, ['place', 'quantity', 'age30', 'age180', 'averageDays', 'oldestDay', 'sellableDays']),
  ).toEqual([
    ['青河县', 40, 0, 40, 100, today, null],
    ['城关供电所', 10, 0, 10, 100, today, null],
    ['售卡员1', 18, 0, 18, 100, today, null],
    ['售卡员2', 10, 0, 10, 100, today, null],
    ['柳河供电所', 10, 0, 10, 100, today, null],
    ['售卡员3', 9, 0, 9, 100, today, null],
  ])
  expect(checks).toMatchObject([{ difference: 0 }])
  const now = (await run('ageing', { by: 'stockIn' })).tables
  // Sixty of a hundred at 50 yuan went out in the thirty days: forty last for twenty.
  expect(now[0]?.rows[0]).toMatchObject({ place: '青河县', age30: 40, sellableDays: 20 })
  expect(now[1]?.totals).toMatchObject({ gone: 0, later: 117 })
})

test('ranks with ties, shares and the place before', async () => {
  const { tables } = await run('ranking', { by: 'seller', measure: 'netPurchaseFen' })
  expect(pick(tables[0]?.rows, ['rank', 'name', 'value', 'share', 'previousRank', 'cumulativeShare'])).toEqual([
    [1, '售卡员1', 140_000, 0.5833, 1, 0.5833],
    [2, '售卡员2', 50_000, 0.2083, 1, 0.7917],
    [2, '售卡员3', 50_000, 0.2083, 1, 1],
  ])
  const stations = await run('ranking', { by: 'station', measure: 'rechargeCount' })
  expect(pick(stations.tables[0]?.rows, ['rank', 'name', 'value'])).toEqual([
    [1, '城关供电所', 2],
    [2, '柳河供电所', 1],
  ])
  for (const measure of ['rechargeFen', 'sellThrough', 'owedFen']) await run('ranking', { by: 'face', measure })
})

test('voids by reason, with their place in custody', async () => {
  const [seller] = world.places.sellers
  const range = { first: batch.stored(90), last: batch.stored(93) }
  await world.db.transaction().execute(async tx => {
    const { rows } = await sql<{ id: number }>`
      insert into document (county_id, kind, document_no, state, holder_id, author_id, submitted_at, executed_at, body)
      values (1, 'ZF', 'ZF1', 'voided', ${world.places.county}, ${world.actor('card').operatorId}, now() - interval '48 hours', now(), '{"reason": "soiled"}')
      returning document_id as id`.execute(tx)
    const documentId = rows[0]?.id ?? 0
    const { moveCards } = await import('../stock.ts')
    await moveCards(tx, {
      countyId: 1,
      kind: 'void',
      ranges: [{ firstSerial: range.first, lastSerial: range.last }],
      fromHolderId: world.places.county,
      toHolderId: world.places.custody,
      documentId,
      operatorId: world.actor('finance').operatorId ?? 0,
      at: new Date(),
    })
    await sql`
      insert into custody (county_id, source, document_id, first_serial, last_serial, face_value_fen, location, keeper, keeper_no, kept_since)
      values (1, 'void', ${documentId}, ${range.first}, ${range.last - 1}, 5000, '库', '人', 'X', now())`.execute(tx)
  })
  const { tables, checks } = await run('voids')
  expect(tables[0]?.rows).toMatchObject([
    {
      reason: 'soiled',
      place: '青河县',
      quantity: 4,
      amountFen: 20_000,
      share: 1,
      rateOfBatch: 0.04,
      physical: 3,
      notPhysical: 1,
      kept: 3,
      destroyed: 0,
      averageDays: 2,
    },
  ])
  expect(checks).toMatchObject([{ difference: 0 }])
  expect((await run('voids', { holderIds: [seller] })).tables[0]?.rows).toEqual([])
  expect((await run('stockStatement')).checks.every(check => check.difference === 0)).toBe(true)
})

test('account records: sums, 大写, pages with subtotals, and prints that are counted', async () => {
  const ask = { accountNos: ['4101000001', '4101000009'], fromDay: today, toDay: today }
  const { accounts } = await world.as('finance').accountRecharge.list(ask)
  expect(accounts[0]).toMatchObject({
    accountNo: '4101000001',
    count: 2,
    amountFen: 10_000,
    capital: '壹佰元整',
    netFen: 10_000,
  })
  expect(accounts[0]?.lines.map(line => [line.lineNo, line.state])).toEqual([
    [1, 'succeeded'],
    [2, 'succeeded'],
    [3, 'failed'],
    [4, 'initial'],
  ])
  expect(accounts[0]?.lines[0]?.serial).toMatch(/^\d{4}\*{4}\d{4}$/)
  expect(accounts[1]).toMatchObject({ lines: [], count: 0, capital: '零元整' })
  const first = await world.as('card').accountRecharge.print({ ...ask, linesPerPage: 5 })
  expect(first.accounts[0]).toMatchObject({
    printNo: 1,
    isReprint: false,
    pages: [{ lines: 4, count: 2, amountFen: 10_000 }],
  })
  const again = await Promise.all([1, 2].map(() => world.as('finance').accountRecharge.print(ask)))
  expect(again.map(({ accounts: [one] }) => one?.printNo).sort()).toEqual([2, 3])
  const own = await world.as('station2').accountRecharge.list(ask)
  expect(own.accounts[0]?.lines).toEqual([])
  const { rows } = await sql<{ count: number }>`
    select (details->>'count')::int as count from audit where operation = 'accountRecharge.print'`.execute(world.db)
  expect(rows.map(({ count }) => count)).toEqual([4, 4, 4])
})

test('a report in a file has the figures of the screen, and the question on its second sheet', async () => {
  const { count, download } = await world
    .as('finance')
    .report.export({ name: 'ranking', by: 'seller', fromDay: today, toDay: today })
  const sheet = await readSheet(Buffer.from(download.bytes), 1)
  expect(sheet.slice(0, 2).map(row => row.slice(0, 4))).toEqual([
    ['名次', '名称', '值（元）', '占比'],
    [1, '售卡员1', 1_400, 0.5833],
  ])
  expect(count).toBe(3)
  expect((await readSheet(Buffer.from(download.bytes), 2))[1]).toEqual(['自', today])
})
