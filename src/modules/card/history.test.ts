// The history of one card: everything that happened to it, in order, with document and person.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { rechargeNow, succeedRecharge } from '../../domain/recharge.ts'

let world: World
let batch: MadeBatch
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 20 })
  await draw(world, 'station1', batch, { from: 0, quantity: 10 })
})
afterAll(() => world.close())

test('everything that happened to a card, in order; a station asks about its own', async () => {
  const serial = batch.serial(3)
  await world.as('station1').sellerPurchase.execute({
    sellerId: world.places.sellers[0],
    ranges: [{ firstSerial: batch.serial(0), lastSerial: batch.serial(4) }],
    payment: { method: 'cash', amountFen: 25_000 },
    jointCheck: { confirmed: 'paper' },
  })
  const pin = world.services.pins.draw(batch.stored(3), 12)
  const card = { serial, pin, accountNo: '4101000001', channel: 'voice' as const, caller: null, callId: null }
  const { rechargeId } = await world.as('hotline').recharge.accept(card, { key: '1' })
  const posted = { transactionSerial: '', misRef: 'x', settleDate: '20260101', postedAt: '', notices: [] }
  await world.inTransaction(async tx => succeedRecharge(tx, await rechargeNow(tx, 1, rechargeId), posted))
  const { events } = await world.as('finance').card.history({ serial })
  const moves = events.filter(({ kind }) => ['stockIn', 'draw', 'accept', 'purchase'].includes(kind))
  expect(
    moves.map(({ kind, documentKind, operatorName, fromHolder, toHolder }) => [
      kind,
      documentKind,
      operatorName,
      fromHolder,
      toHolder,
    ]),
  ).toEqual([
    ['stockIn', 'RK', '人员 finance', null, '青河县'],
    ['draw', 'CK', '人员 finance', '青河县', '城关供电所'],
    ['accept', 'CK', '人员 station1', '城关供电所', '城关供电所'],
    ['purchase', 'SK', '人员 station1', '城关供电所', '售卡员1'],
  ])
  expect(events[0]).toMatchObject({ kind: 'generated', documentNo: batch.documentNo })
  expect(
    events
      .filter(({ documentKind, kind }) => documentKind === 'CK' && kind.startsWith('document.'))
      .map(({ kind }) => kind),
  ).toContain('document.issue')
  expect(events.slice(-2)).toMatchObject([
    { kind: 'recharge.initial', fromHolder: '售卡员1', accountNo: '410*****01' },
    { kind: 'recharge.succeeded' },
  ])
  expect((await world.as('station1').card.history({ serial })).events).toEqual(events)
  await expect(world.as('station2').card.history({ serial })).rejects.toMatchObject({ code: 'cardNotFound' })
})
