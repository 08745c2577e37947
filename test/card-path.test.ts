// The whole card path by the people who walk it: made, delivered, stocked in, drawn, sold to a seller.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, stockIn } from './support/card-steps.ts'
import { createMaker, makeBatch } from './support/maker.ts'
import { createWorld, type World } from './support/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.close())

test('a batch is made, comes back, is stocked in, drawn and bought', async () => {
  const maker = await createMaker(world)
  const batch = await makeBatch(world, maker, { quantity: 1_000 })
  const accepted = await stockIn(world, batch, await maker.deliver(batch.documentId))
  expect(accepted).toMatchObject({ state: 'stocked', admitted: 1_000, rejected: 0 })
  expect((await world.as('finance').cardMaking.get({ documentId: batch.documentId })).head.state).toBe('done')

  const drawn = await draw(world, 'station1', batch, { from: 0, quantity: 400 })
  expect(drawn).toMatchObject({ state: 'accepted', quantity: 400 })
  const sold = await world.as('station1').sellerPurchase.execute({
    sellerId: world.places.sellers[0],
    ranges: [{ firstSerial: batch.serial(0), lastSerial: batch.serial(99) }],
    payment: { method: 'cash', amountFen: 500_000 },
    jointCheck: { confirmed: 'paper' },
  })
  expect(sold).toMatchObject({ state: 'sold', quantity: 100, amountFen: 500_000 })

  const { rows } = await world.as('finance').stock.summary({})
  expect(rows.map(row => [row.holderName, row.state, row.quantity])).toEqual([
    ['青河县', 'county', 600],
    ['售卡员1', 'seller', 100],
    ['城关供电所', 'station', 300],
  ])
})
