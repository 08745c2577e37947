// Freezes of several documents over the same cards: a card is free only when the last of them is lifted.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CardWorld, countyId, createCardWorld } from '../../test/support/cards.ts'
import { freezeCards, thawCards } from './card-freeze.ts'
import { createDocument } from './document.ts'

let world: CardWorld
beforeAll(async () => {
  world = await createCardWorld({ quantity: 20, services: {} })
})
afterAll(() => world.close())

const freeze = (first: number, last: number) =>
  world.inTransaction(async tx => {
    const document = await createDocument(tx, world.admin, { kind: 'KF', holderId: world.station })
    const range = { firstSerial: world.card(first).stored, lastSerial: world.card(last).stored }
    await freezeCards(tx, document, [range], '挂失')
    return document
  })
const thaw = (of: { countyId: number; documentId: number }) => world.inTransaction(tx => thawCards(tx, of))
const condition = async (n: number) => {
  const { serial, pin } = world.card(n)
  return (await world.api('hotline').card.check({ serial, pin, caller: null })).condition
}

test('a card frozen twice is free when both freezes are lifted', async () => {
  const lost = await freeze(0, 9)
  const disputed = await freeze(5, 5)
  expect([await condition(5), await condition(9), await condition(10)]).toEqual(['frozen', 'frozen', 'ok'])
  await thaw(lost)
  expect([await condition(5), await condition(9)]).toEqual(['frozen', 'ok'])
  await thaw(disputed)
  expect(await condition(5)).toBe('ok')
  expect(await world.db.selectFrom('cardFreeze').selectAll().where('countyId', '=', countyId).execute()).toEqual([])
})
