// Freezes: owned by their document, lifted whole or in part, and a card is free only when none is left.

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CardWorld, countyId, createCardWorld } from '../../test/support/cards.ts'
import { freezeCards, thaw } from './card-freeze.ts'
import { createDocument } from './document.ts'

let world: CardWorld
beforeAll(async () => {
  world = await createCardWorld({ quantity: 100, services: {} })
})
afterAll(() => world.close())

const stored = (first: number, last: number) => ({
  firstSerial: world.card(first).stored,
  lastSerial: world.card(last).stored,
})
const document = () =>
  world.inTransaction(tx => createDocument(tx, world.admin, { kind: 'KF', holderId: world.station }))
const freeze = (documentId: number, ranges: { firstSerial: number; lastSerial: number }[]) =>
  world.inTransaction(tx =>
    freezeCards(tx, { countyId, documentId }, ranges, { reason: 'lost', at: new Date('2026-01-01') }),
  )
const lift = (documentId: number, ranges?: { firstSerial: number; lastSerial: number }[]) =>
  world.inTransaction(tx => thaw(tx, { countyId, documentId }, ranges))
const frozen = async (n: number) => {
  const { rows } = await sql<{ reasons: number }>`
    select count(*)::int as reasons from card_freeze
    where county_id = ${countyId} and int8range(first_serial, last_serial, '[]') @> ${world.card(n).stored}::bigint`.execute(
    world.db,
  )
  return rows[0]?.reasons
}

test('a card frozen by two documents is free only when both have lifted; part of a freeze can go', async () => {
  const [one, two] = [await document(), await document()]
  await freeze(one.documentId, [stored(1, 30), stored(31, 50)])
  await freeze(two.documentId, [stored(40, 60)])
  expect([await frozen(39), await frozen(45), await frozen(55), await frozen(61)]).toEqual([1, 2, 1, 0])
  expect(await lift(one.documentId, [stored(10, 20), stored(45, 70)])).toEqual([stored(10, 20), stored(45, 50)])
  expect([await frozen(9), await frozen(10), await frozen(20), await frozen(21)]).toEqual([1, 0, 0, 1])
  expect([await frozen(44), await frozen(45)]).toEqual([2, 1])
  const kept = await world.db.selectFrom('cardFreeze').select(['reason', 'at']).execute()
  expect(new Set(kept.map(row => `${row.reason} ${row.at.toISOString()}`))).toEqual(
    new Set(['lost 2026-01-01T00:00:00.000Z']),
  )
  expect(await lift(one.documentId)).toEqual([stored(1, 9), stored(21, 44)])
  expect(await lift(one.documentId)).toEqual([])
  expect(await lift(two.documentId)).toEqual([stored(40, 60)])
  expect(await frozen(45)).toBe(0)
})
