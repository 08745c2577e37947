// The whole chain of test/full/million-cards.test.ts at a short size: every step once, and the figures agree at its end.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { runChain } from '../../../test/support/whole-chain.ts'
import { createWorld, type World } from '../../../test/support/world.ts'

const quantity = 20_000
let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.close())

test('a batch from registration to the return of its cards', async () => {
  const { batch, steps, moves } = await runChain(world, quantity, 'sm2')
  const { head, batch: row } = await world.as('card').cardMaking.get({ documentId: batch.documentId })
  expect([head.state, row.stocked, row.rejected, row.unadmitted]).toEqual(['done', quantity - 1, 1, 0])
  expect([steps.length, moves.map(({ cards }) => cards)]).toEqual([11, [1, 1_000, quantity - 1]])
  const { rows } = await world.as('card').stock.summary({})
  expect(rows.map(({ holderId, state, quantity }) => [holderId, state, quantity])).toEqual([
    [world.places.county, 'county', quantity - 1],
  ])
})
