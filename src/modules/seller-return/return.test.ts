// The return: whose cards come back, what stands in their way, how they are refunded, and a recharge at the same moment.

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { createWorld, type Person, type World } from '../../../test/support/world.ts'
import { auditLedger } from '../../domain/ledger-audit.ts'
import { moveCards } from '../../domain/stock.ts'

let world: World
let batch: MadeBatch
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 400 })
  await draw(world, 'station1', batch, { from: 0, quantity: 300 })
  await draw(world, 'station2', batch, { from: 300, quantity: 20 })
})
afterAll(() => world.close())

const range = (first: number, last: number) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
const paper = { confirmed: 'paper' as const }
type Method = 'cash' | 'transfer' | 'credit'
const buy = (sellerId: number, first: number, last: number, method: Method = 'cash', who: Person = 'station1') =>
  world.as(who).sellerPurchase.execute({
    sellerId,
    ranges: [range(first, last)],
    payment: { method, amountFen: (last - first + 1) * 5_000, reference: 'T1' },
    jointCheck: paper,
  })
const station = () => world.as('station1').sellerReturn
const form = (first: number, last: number) => ({
  ranges: [range(first, last)],
  refunds: [{ method: 'cash' as const, amountFen: (last - first + 1) * 5_000 }],
  intact: true,
})
const giveBack = (first: number, last: number, more: object = {}) =>
  station().execute({ ...form(first, last), ...more })
const pinOf = (n: number) => world.services.pins.draw(batch.stored(n), 12)
const condition = async (n: number) =>
  (await world.as('hotline').card.check({ serial: batch.serial(n), pin: pinOf(n), caller: null })).condition
const recharge = (n: number) =>
  world.as('hotline').recharge.accept(
    {
      serial: batch.serial(n),
      pin: pinOf(n),
      accountNo: `41010${String(n).padStart(5, '0')}`,
      channel: 'voice',
      caller: null,
      callId: null,
    },
    { key: `recharge ${n}` },
  )
const moneyOf = async (holderId: number) => {
  const { seller } = await world.as('finance').seller.get({ holderId })
  return { owedFen: seller.owedFen, paidFen: seller.paidFen }
}

test('what a returned card was, it is not any more: active after the purchase, inactive after the return', async () => {
  const [sellerId] = world.places.sellers
  await buy(sellerId, 0, 9)
  const bought = await buy(sellerId, 10, 19)
  expect(await condition(5)).toBe('ok')
  const { documentId } = await station().create({})
  const scanned = await station().scan({ documentId, ranges: [range(14, 5)] })
  expect(scanned).toMatchObject({
    sellerId,
    sellerName: '售卡员1',
    quantity: 10,
    amountFen: 50_000,
    paidFen: 100_000,
    owedFen: 0,
    lines: [{ firstSerial: batch.serial(5) }, { firstSerial: batch.serial(10), purchaseNo: bought.documentNo }],
  })
  const { version } = scanned
  const refunds = [
    { method: 'cash' as const, amountFen: 30_000 },
    { method: 'transfer' as const, amountFen: 20_000, reference: 'R-1' },
  ]
  const returned = await station().execute({
    draft: { documentId, version },
    ranges: [range(5, 14)],
    refunds,
    intact: true,
  })
  expect(returned).toMatchObject({ documentId, sellerId, state: 'returned', quantity: 10, amountFen: 50_000 })
  expect([await condition(5), await condition(14), await condition(15)]).toEqual(['inactive', 'inactive', 'ok'])
  expect(await moneyOf(sellerId)).toEqual({ owedFen: 0, paidFen: 50_000 })
  const { sellerReturn, lines } = await world.as('finance').sellerReturn.get({ documentId })
  expect(sellerReturn).toMatchObject({ sellerName: '售卡员1', refunds, after: { owedFen: 0 } })
  expect(lines.map(line => line.note)).toEqual([expect.stringMatching(/^SK/), bought.documentNo])
  const list = (input: object) => world.as('finance').sellerReturn.list({ sellerId, ...input })
  expect((await list({ method: 'transfer', purchaseNo: bought.documentNo })).returns).toHaveLength(1)
  expect((await list({ method: 'offset' })).returns).toEqual([])
  expect((await world.as('station2').sellerReturn.list({})).returns).toEqual([])
  await expect(world.as('station2').sellerReturn.get({ documentId })).rejects.toMatchObject({
    code: 'documentNotFound',
  })
  // Sold once more, the original purchase is the last one.
  const again = await buy(world.places.hall, 5, 6)
  const draft = await station().create({})
  const { lines: origins } = await station().scan({ documentId: draft.documentId, ranges: [range(5, 6)] })
  expect(origins).toMatchObject([{ purchaseNo: again.documentNo }])
  await station().discard({ documentId: draft.documentId })
})

async function sellToCustomer(sellerId: number, n: number) {
  const { rows } = await sql<{ id: number }>`
    insert into document (county_id, kind, state, document_no, holder_id, author_id) values (1, 'DS', 'sold', ${`DS${n}`}, ${sellerId}, 1) returning document_id as id`.execute(
    world.db,
  )
  await world.inTransaction(tx =>
    moveCards(tx, {
      countyId: 1,
      kind: 'sale',
      ranges: [{ firstSerial: batch.stored(n), lastSerial: batch.stored(n) }],
      fromHolderId: sellerId,
      toHolderId: world.places.customer,
      documentId: rows[0]?.id ?? 0,
      operatorId: 1,
      at: new Date(),
    }),
  )
}

/** A card recharged with success, its movements still to be carried. */
async function useUp(sellerId: number, n: number) {
  await sql`
    with r as (
      insert into recharge (county_id, recharge_id, serial, batch_id, face_value_fen, from_state, holder_id, account_no, channel)
      select 1, nextval('transaction_sequence'), ${batch.stored(n)}, batch_id, 5000, 'seller', ${sellerId}, '4101000001', 'voice' from batch
      returning recharge_id, serial
    ), e as (
      insert into recharge_event (county_id, recharge_id, event_no, state)
      select 1, recharge_id, event_no, state from r, (values (1, 'initial'), (2, 'succeeded')) v(event_no, state)
    ), u as (insert into card_use (county_id, serial, recharge_id, stamped_at) select 1, serial, recharge_id, now() from r)
    insert into use_carry (county_id, recharge_id, serial, stamped_at) select 1, recharge_id, serial, now() from r`.execute(
    world.db,
  )
}

test('whatever cannot come back is refused with its reason, and nothing has changed', async () => {
  const [sellerId, other, far] = world.places.sellers
  await buy(sellerId, 30, 49)
  await buy(other, 50, 59)
  await buy(far, 300, 309, 'cash', 'station2')
  await sellToCustomer(sellerId, 31)
  await recharge(32)
  await useUp(sellerId, 33)
  const before = await world.db.selectFrom('movement').select('movementId').execute()
  const cases: [string, () => Promise<unknown>, object][] = [
    ['TK01', () => giveBack(45, 54), { serial: batch.serial(50), seller: '售卡员2' }],
    ['TK01', () => giveBack(50, 54, { sellerId }), { serial: batch.serial(50), seller: '售卡员2' }],
    ['TK01', () => giveBack(300, 301), { serial: batch.serial(300), seller: '售卡员3' }],
    ['TK01', () => giveBack(300, 301, { sellerId: far }), { seller: '售卡员3' }],
    ['TK02', () => giveBack(33, 34), { quantity: 1, cards: [expect.stringContaining(`${batch.serial(33)} 20`)] }],
    ['TK03', () => giveBack(30, 31), { quantity: 1 }],
    ['TK03', () => giveBack(31, 31), { quantity: 1 }],
    ['TK05', () => giveBack(32, 32), { serial: batch.serial(32) }],
    ['rangesNotMovable', () => giveBack(31, 33), {}],
    ['rangesNotMovable', () => giveBack(200, 201), { quantity: 2 }],
    ['refundNotWhole', () => giveBack(40, 41, { refunds: [{ method: 'cash', amountFen: 9_999 }] }), { x: '100.00' }],
    ['offsetBeyondOwed', () => giveBack(40, 41, { refunds: [{ method: 'offset', amountFen: 10_000 }] }), { y: '0.00' }],
    ['SK06', () => giveBack(40, 41, { refunds: [{ method: 'transfer', amountFen: 10_000 }] }), {}],
    ['notIntact', () => giveBack(40, 41, { intact: false }), {}],
  ]
  for (const [place, [code, call, details]] of cases.entries()) {
    await expect(call(), `case ${place}`).rejects.toMatchObject({ code, details })
  }
  const freeze = {
    countyId: 1,
    documentId: batch.documentId,
    firstSerial: batch.stored(44),
    lastSerial: batch.stored(44),
    reason: '挂失',
  }
  await world.db.insertInto('cardFreeze').values(freeze).execute()
  await expect(giveBack(43, 44)).rejects.toMatchObject({ code: 'C08', details: { about: '挂失' } })
  const { documentId } = await station().create({})
  await station().scan({ documentId, ranges: [range(40, 41)] })
  await expect(giveBack(41, 42)).rejects.toMatchObject({ code: 'C07' })
  await station().discard({ documentId })
  expect(await world.db.selectFrom('movement').select('movementId').execute()).toEqual(before)
})

test('what was not paid is not paid back: the difference is set off', async () => {
  const sellerId = world.places.hall
  await world.as('finance').seller.setLimit({ holderId: sellerId, creditLimitFen: 50_000 })
  const { paidFen } = await moneyOf(sellerId)
  await buy(sellerId, 60, 69, 'credit')
  const cash = paidFen + 5_000
  await expect(
    giveBack(60, 69, {
      refunds: [
        { method: 'cash', amountFen: cash },
        { method: 'offset', amountFen: 50_000 - cash },
      ],
    }),
  ).rejects.toMatchObject({
    code: 'TK04',
    details: { x: '150.00', y: '100.00' },
  })
  await giveBack(60, 69, {
    refunds: [
      { method: 'cash', amountFen: 10_000 },
      { method: 'offset', amountFen: 40_000 },
    ],
  })
  expect(await moneyOf(sellerId)).toEqual({ owedFen: 10_000, paidFen: 0 })
  await expect(
    world.as('finance').payment.record({ holderId: sellerId, method: 'cash', amountFen: 10_001 }),
  ).rejects.toMatchObject({
    code: 'repaidBeyondOwed',
    details: { x: '100.01', y: '100.00' },
  })
})

test('of a return and a recharge at the same moment exactly one happens', async () => {
  const [sellerId] = world.places.sellers
  const rounds = 40
  await buy(sellerId, 100, 100 + 2 * rounds - 1)
  const winners = { recharge: 0, return: 0 }
  for (let round = 0; round < rounds; round += 1) {
    const n = 100 + 2 * round
    // Two cards come back, one of which is being recharged: with it the other stays too. One of the two sets out later.
    const later = async (steps: number) => {
      for (let step = 0; step < steps; step += 1) await sql`select 1`.execute(world.db)
    }
    const [returned, recharged] = await Promise.allSettled([
      later(round % 12).then(() => giveBack(n, n + 1)),
      later(round % 3).then(() => recharge(n)),
    ])
    expect([returned.status, recharged.status].sort()).toEqual(['fulfilled', 'rejected'])
    if (returned.status === 'rejected') expect(returned.reason).toMatchObject({ code: 'TK05' })
    if (recharged.status === 'rejected') expect(recharged.reason).toMatchObject({ code: 'card.inactive' })
    winners[returned.status === 'fulfilled' ? 'return' : 'recharge'] += 1
  }
  expect(Math.min(winners.recharge, winners.return)).toBeGreaterThan(0)
  expect((await auditLedger(world.db)).differences).toEqual([])
})

test('a return clicked many times is one return, without a key too', async () => {
  const [sellerId] = world.places.sellers
  await buy(sellerId, 220, 229)
  const clicks = await Promise.all(Array.from({ length: 5 }, () => station().execute(form(220, 224), { key: 'click' })))
  expect(new Set(clicks.map(click => click.documentNo)).size).toBe(1)
  const storm = await Promise.allSettled(Array.from({ length: 5 }, () => giveBack(225, 229)))
  expect(storm.filter(one => one.status === 'fulfilled')).toHaveLength(1)
  const refunds = await world.db
    .selectFrom('sellerEntry')
    .select('amountFen')
    .where('kind', '=', 'refund')
    .where('holderId', '=', sellerId)
    .execute()
  expect(refunds.filter(one => one.amountFen === 25_000)).toHaveLength(2)
})
