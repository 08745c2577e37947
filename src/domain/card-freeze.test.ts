// Freezes of several documents over the same cards: a card is free only when the last of them is lifted.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CardWorld, countyId, createCardWorld } from '../../test/support/cards.ts'
import { freezeCards, thawCards } from './card-freeze.ts'
import { createDocument } from './document.ts'
import type { SerialRange } from './range.ts'

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
const thaw = (of: { countyId: number; documentId: number }, only?: SerialRange[]) =>
  world.inTransaction(tx => thawCards(tx, of, only))
const stored = (first: number, last: number) => ({
  firstSerial: world.card(first).stored,
  lastSerial: world.card(last).stored,
})
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

test('a part of a freeze is lifted, and the rest keeps its reason and its day', async () => {
  const lost = await freeze(1, 10)
  const at = async () =>
    (await world.db.selectFrom('cardFreeze').select(['reason', 'at']).execute()).map(row => JSON.stringify(row))
  const before = await at()
  expect(await thaw(lost, [stored(4, 5), stored(9, 15)])).toEqual([stored(4, 5), stored(9, 10)])
  expect([await condition(3), await condition(4), await condition(6), await condition(9)]).toEqual([
    'frozen',
    'ok',
    'frozen',
    'ok',
  ])
  expect(new Set(await at())).toEqual(new Set(before))
  expect(await thaw(lost)).toEqual([stored(1, 3), stored(6, 8)])
  expect(await thaw(lost)).toEqual([])
})
