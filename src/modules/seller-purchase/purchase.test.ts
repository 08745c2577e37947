// The purchase: what it refuses with nothing changed, and that a card works from its commit on and not before.

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { createWorld, type World } from '../../../test/support/world.ts'

let world: World
let batch: MadeBatch
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 100 })
  await draw(world, 'station1', batch, { from: 0, quantity: 60 })
})
afterAll(() => world.close())

const range = (first: number, last: number) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
const order = (first: number, last: number) => ({
  sellerId: world.places.sellers[0],
  ranges: [range(first, last)],
  payment: { method: 'cash' as const, amountFen: (last - first + 1) * 5_000 },
  jointCheck: { confirmed: 'paper' as const },
})
const execute = (input: ReturnType<typeof order> | object) =>
  world.as('station1').sellerPurchase.execute({ ...order(0, 9), ...input })

async function everything() {
  const { rows } = await sql<{ all: string }>`
    select (select count(*) from document where kind = 'SK') || ' ' || (select count(*) from movement) || ' '
      || (select string_agg(b::text, ',' order by b::text) from balance b) as all`.execute(world.db)
  return rows[0]?.all
}

test('what is not right is refused, and nothing has changed', async () => {
  const before = await everything()
  const transfer = { method: 'transfer', amountFen: 50_000, reference: ' ' }
  const cases: [string, object, object][] = [
    ['SK02', { payment: { method: 'cash', amountFen: 49_999 } }, { x: '500.00' }],
    ['SK03', { jointCheck: null }, { seller: '售卡员1' }],
    ['SK06', { payment: transfer }, {}],
    ['sellerNotFound', { sellerId: world.places.sellers[2] }, {}],
    ['sellerNotFound', { sellerId: world.places.stations[0] }, {}],
    ['SK05', order(55, 64), { quantity: 5, about: 'county 青河县' }],
    [
      'rangesNotMovable',
      { ...order(0, 9), ranges: [range(0, 5), range(5, 8)] },
      { faults: [`DUP ${batch.serial(5)}-${batch.serial(5)} 1`] },
    ],
    [
      'badSerial',
      { ranges: [{ firstSerial: batch.serial(0), lastSerial: '001000000000' }] },
      { serial: '001000000000' },
    ],
    ['foreignSerial', { ranges: [{ firstSerial: '370312345678', lastSerial: '370312345678' }] }, {}],
  ]
  for (const [place, [code, input, details]] of cases.entries()) {
    await expect(execute(input), `case ${place}`).rejects.toMatchObject({ code, details })
  }
  await world.db
    .updateTable('holder')
    .set({ disabledAt: new Date() })
    .where('holderId', '=', world.places.sellers[1])
    .execute()
  await expect(execute({ sellerId: world.places.sellers[1] })).rejects.toMatchObject({ code: 'SK07' })
  expect(await everything()).toBe(before)
})

test('a card works from the moment its purchase commits, not before, and is sold once', async () => {
  const serial = batch.serial(3)
  const pin = world.services.pins.draw(batch.stored(3), 12)
  const check = () => world.as('hotline').card.check({ serial, pin, caller: null })
  expect((await check()).condition).toBe('inactive')
  const [once, again] = await Promise.allSettled([execute(order(0, 9)), execute(order(0, 9))])
  const done = [once, again].filter(outcome => outcome.status === 'fulfilled')
  expect(done).toHaveLength(1)
  const refused = [once, again].find(outcome => outcome.status === 'rejected')
  expect(refused?.reason).toMatchObject({ code: 'SK05', details: { about: 'seller 售卡员1' } })
  expect((await check()).condition).toBe('ok')
  // From last to first is the same range; a hall holds cards as a seller does.
  const hall = { ...order(10, 19), sellerId: world.places.hall, ranges: [range(19, 10)] }
  expect(await execute(hall)).toMatchObject({ state: 'sold', quantity: 10, amountFen: 50_000 })
  const { purchases } = await world.as('station1').sellerPurchase.list({ sellerId: world.places.hall })
  expect(purchases).toMatchObject([
    { head: { amountFen: 50_000, quantity: 10 }, purchase: { sellerName: '城关营业厅' } },
  ])
  expect((await world.as('station2').sellerPurchase.list({})).purchases).toEqual([])
})

test('one key is one purchase', async () => {
  const input = order(20, 24)
  const first = await world.as('station1').sellerPurchase.execute(input, { key: 'k1' })
  expect(await world.as('station1').sellerPurchase.execute(input, { key: 'k1' })).toEqual(first)
  await expect(world.as('station1').sellerPurchase.execute(order(25, 29), { key: 'k1' })).rejects.toMatchObject({
    code: 'keyReused',
  })
})

test('frozen, expiring and expired cards are not sold on', async () => {
  const { documentId } = batch
  const frozen = { firstSerial: batch.stored(31), lastSerial: batch.stored(31) }
  await world.db
    .insertInto('cardFreeze')
    .values({ countyId: 1, documentId, ...frozen, reason: '挂失' })
    .execute()
  await expect(execute(order(30, 34))).rejects.toMatchObject({ code: 'C08', details: { about: '挂失', quantity: 1 } })
  const expires = (month: number) =>
    sql`update card_range set expires_on = (now() + make_interval(months => ${month}))::date where state = 'station'`.execute(
      world.db,
    )
  await expires(11)
  await expect(execute(order(40, 44))).rejects.toMatchObject({ code: 'SK08', details: { quantity: 5 } })
  await expires(-1)
  await expect(execute(order(40, 44))).rejects.toMatchObject({ code: 'C09' })
})
