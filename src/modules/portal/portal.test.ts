// The seller's portal: its own cards and money and nothing else, sales it enters, losses it reports.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { createWorld, type Person, type World } from '../../../test/support/world.ts'
import { auditLedger } from '../../domain/ledger-audit.ts'
import { carryUses, rechargeNow, succeedRecharge } from '../../domain/recharge.ts'
import { operations } from '../../registry.ts'

let world: World
let batch: MadeBatch
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 200 })
  await draw(world, 'station1', batch, { from: 0, quantity: 100 })
  await draw(world, 'station2', batch, { from: 100, quantity: 50 })
  await buy('station1', world.places.sellers[0], 0, 39)
  await buy('station1', world.places.sellers[1], 40, 49)
  await buy('station1', world.places.hall, 50, 59)
  await buy('station2', world.places.sellers[2], 100, 119)
})
afterAll(() => world.close())

const range = (first: number, last: number) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
function buy(who: Person, sellerId: number, first: number, last: number) {
  const payment = { method: 'cash' as const, amountFen: (last - first + 1) * 5_000 }
  const jointCheck = { confirmed: 'paper' as const }
  return world.as(who).sellerPurchase.execute({ sellerId, ranges: [range(first, last)], payment, jointCheck })
}
const portal = (who: Person = 'seller1') => world.as(who).portal
const pinOf = (n: number) => world.services.pins.draw(batch.stored(n), 12)
const condition = async (n: number) =>
  (await world.as('hotline').card.check({ serial: batch.serial(n), pin: pinOf(n), caller: null })).condition

async function recharge(n: number) {
  const card = { serial: batch.serial(n), pin: pinOf(n), accountNo: '4101000001' }
  const input = { ...card, channel: 'voice' as const, caller: null, callId: null }
  return world.as('hotline').recharge.accept(input, { key: `recharge ${n}` })
}
async function use(n: number) {
  const { rechargeId, transactionSerial } = await recharge(n)
  const answer = { transactionSerial, misRef: 'M', settleDate: '20260101', postedAt: '20260101000000000' }
  await world.inTransaction(async tx => {
    await succeedRecharge(tx, await rechargeNow(tx, 1, rechargeId), { ...answer, balanceFen: 0, notices: [] })
    await tx.deleteFrom('postingTask').where('rechargeId', '=', rechargeId).execute()
  })
}
const sum = (quantity: number) => ({ quantity, amountFen: quantity * 5_000 })

test('a seller sees its cards by purchase, and what each did', async () => {
  const second = await buy('station1', world.places.sellers[0], 60, 69)
  await use(2)
  await recharge(61)
  await world.as('station1').card.freeze({ ranges: [range(61, 64)], reason: 'disputed' })
  await world.as('station1').card.freeze({ ranges: [range(63, 65)], reason: 'disputed' })
  const { ranges } = await portal().stock({})
  expect(ranges).toMatchObject([
    { ...range(0, 39), quantity: 40, used: 1, held: 0, frozen: 0, faceValueFen: 5_000 },
    { ...range(60, 69), quantity: 10, used: 0, held: 1, frozen: 4, purchaseNo: second.documentNo },
  ])
  expect(await portal().stock({ afterSerial: batch.serial(39) })).toMatchObject({ ranges: [range(60, 69)] })
  // What is sold out is shown on request; here a purchase of one card that was used.
  await buy('station1', world.places.sellers[0], 75, 75)
  await use(75)
  expect((await portal().stock({})).ranges).toHaveLength(2)
  expect((await portal().stock({ includeUsed: true })).ranges).toHaveLength(3)
})

test('a sale that was entered is final, and its buyer is masked', async () => {
  const buyer = { name: '王小明', identityNo: '110101199001011234', phone: '13812345678' }
  const sold = await portal().recordSale({ ranges: [range(10, 14), range(20, 20)], buyer })
  expect(sold).toMatchObject({
    state: 'sold',
    quantity: 6,
    amountFen: 30_000,
    documentNo: expect.stringMatching(/^DS410123/),
  })
  expect(await condition(12)).toBe('ok')
  const { sales } = await portal().sales({})
  expect(sales).toMatchObject([
    {
      head: { documentId: sold.documentId, quantity: 6 },
      buyer: { name: '王**', phone: '138******78' },
      lines: [range(10, 14), range(20, 20)],
    },
  ])
  expect(
    JSON.stringify(
      await world.db.selectFrom('audit').select('details').where('operation', '=', 'portal.recordSale').execute(),
    ),
  ).not.toMatch(/小明|19900101|1381234/)
  const refund = { refunds: [{ method: 'cash' as const, amountFen: 5_000 }], intact: true }
  await expect(world.as('station1').sellerReturn.execute({ ranges: [range(12, 12)], ...refund })).rejects.toMatchObject(
    { code: 'TK03' },
  )
  await expect(portal().recordSale({ ranges: [range(12, 12)] })).rejects.toMatchObject({ code: 'notInHand' })
  // A used card and one being recharged cannot be entered; frozen ones not either.
  await expect(portal().recordSale({ ranges: [range(1, 2)] })).rejects.toMatchObject({
    code: 'saleUsed',
    details: { quantity: 1 },
  })
  await expect(portal().recordSale({ ranges: [range(60, 61)] })).rejects.toMatchObject({ code: 'rangesNotMovable' })
  await expect(portal().recordSale({ ranges: [range(64, 66)] })).rejects.toMatchObject({
    code: 'C08',
    details: { about: '争议' },
  })
  const clicks = await Promise.all(
    [1, 2, 3].map(() => portal().recordSale({ ranges: [range(21, 21)] }, { key: 'once' })),
  )
  expect(new Set(clicks.map(click => click.documentNo)).size).toBe(1)
})

test('a station enters the sales of its halls, and of nobody else', async () => {
  const record = (hallId: number, who: Person = 'station1') =>
    world.as(who).sale.record({ hallId, ranges: [range(50, 51)] })
  await expect(record(world.places.sellers[0])).rejects.toMatchObject({ code: 'sellerNotFound' })
  await expect(record(world.places.hall, 'station2')).rejects.toMatchObject({ code: 'sellerNotFound' })
  expect(await record(world.places.hall)).toMatchObject({ state: 'sold', quantity: 2 })
  const hall = await world.as('station1').seller.get({ holderId: world.places.hall })
  expect(hall).toMatchObject({
    seller: { onHand: [{ quantity: 8 }] },
    documents: [{ kind: 'DS', quantity: 2 }, { kind: 'SK' }],
  })
})

test('the home page: cards, money, and what today and this month brought', async () => {
  await use(10)
  const home = async () => {
    const { seller, creditLeftFen, today, month } = await portal().home({})
    expect(month).toEqual(today)
    return { onHand: seller.onHand, creditLeftFen, ...today }
  }
  // Bought 40 + 10 + 1; entered 7 sales, of which one was recharged; two more were recharged without an entry.
  const expected = {
    onHand: [{ faceValueFen: 5_000, quantity: 42 }],
    creditLeftFen: 0,
    purchased: sum(51),
    returned: sum(0),
    sold: sum(9),
    recharged: sum(3),
  }
  expect(await home()).toEqual(expected)
  // Carried into the journal, the uses are the same figures.
  expect(await world.inTransaction(tx => carryUses(tx, 100))).toBe(3)
  expect(await home()).toEqual(expected)
  world.setNow(new Date(Date.now() + 40 * 86_400_000))
  expect(await portal().home({})).toMatchObject({
    today: { purchased: sum(0), recharged: sum(0) },
    month: { sold: sum(0) },
  })
  world.setNow(null)
})

test('a loss is frozen at once and waits for the station, which alone takes it up', async () => {
  const before = await world.as('station1').todo.list({ kinds: ['KF'] })
  expect(before.groups).toEqual([])
  expect(await condition(30)).toBe('ok')
  await expect(portal().reportLoss({ ranges: [range(30, 31)], reason: 'other' })).rejects.toMatchObject({ code: 'C11' })
  await expect(portal().reportLoss({ ranges: [range(2, 3)], reason: 'lost' })).rejects.toMatchObject({ code: 'KF01' })
  const { documentId, version, state } = await portal().reportLoss({
    ranges: [range(30, 31)],
    reason: 'stolen',
    note: '夜间被盗',
  })
  expect(state).toBe('reported')
  expect([await condition(30), await condition(32)]).toEqual(['frozen', 'ok'])
  expect(await world.as('station1').todo.list({ kinds: ['KF'] })).toMatchObject({
    groups: [{ kind: 'KF', state: 'reported', operation: 'cardService.acknowledge', quantity: 1 }],
    documents: [{ documentId, quantity: 2, note: '夜间被盗' }],
  })
  expect((await world.as('station2').todo.list({ kinds: ['KF'] })).documents).toEqual([])
  const seen = { documentId, version, note: '已报派出所' }
  await expect(world.as('station2').cardService.acknowledge(seen)).rejects.toMatchObject({ code: 'documentNotFound' })
  expect(await world.as('station1').cardService.acknowledge(seen)).toMatchObject({ state: 'done' })
  expect((await world.as('station1').todo.list({ kinds: ['KF'] })).documents).toEqual([])
  expect(await condition(30)).toBe('frozen')
  await world.as('finance').card.unfreeze({ documentIds: [documentId], reason: 'other', note: '找到了' })
  expect(await condition(30)).toBe('ok')
})

test('a report and a recharge at the same moment: either order, and the card is never both frozen before and recharged', async () => {
  for (let n = 32; n < 38; n += 1) {
    const [reported, recharged] = await Promise.allSettled([
      portal().reportLoss({ ranges: [range(n, n)], reason: 'lost' }),
      recharge(n),
    ])
    expect(reported.status).toBe('fulfilled')
    if (recharged.status === 'rejected') expect(recharged.reason).toMatchObject({ code: 'card.frozen' })
  }
})

test('a seller reaches nothing of another seller or station, by any operation', async () => {
  const ranges = [range(100, 101)]
  for (const foreign of [[range(100, 101)], [range(40, 41)], [range(80, 81)], [range(180, 181)]]) {
    // Of another seller, of its own station, and not there at all: all the same answer.
    await expect(portal().recordSale({ ranges: foreign })).rejects.toMatchObject({
      code: 'notInHand',
      details: { quantity: 2, cards: [`${foreign[0]?.firstSerial}-${foreign[0]?.lastSerial} 2`] },
    })
    await expect(portal().reportLoss({ ranges: foreign, reason: 'lost' })).rejects.toMatchObject({ code: 'notInHand' })
  }
  const far = await portal('seller3').recordSale({ ranges })
  const mine = await portal().sales({})
  expect(mine.sales.map(sale => sale.head.documentId)).not.toContain(far.documentId)
  expect((await portal('seller3').sales({ containsSerial: batch.serial(10) })).sales).toEqual([])
  expect((await portal('seller3').sales({ holderId: world.places.sellers[0] })).sales).toEqual([])
  expect((await portal('seller3').stock({ includeUsed: true })).ranges).toMatchObject([range(102, 119)])
  const entries = (await portal('seller3').ledger({})).entries
  expect(entries.map(entry => [entry.kind, entry.amountFen])).toEqual([['purchase', 100_000]])
  // Every other operation of cards and money is not a seller's at all.
  const allowed = [...operations]
    .filter(([, operation]) => operation.roles.includes('sellerPortal'))
    .map(([name]) => name)
  const own = ['portal.home', 'portal.ledger', 'portal.recordSale', 'portal.reportLoss', 'portal.sales', 'portal.stock']
  expect(allowed.filter(name => name.startsWith('portal.')).sort()).toEqual(own)
  const others = allowed.filter(
    name => !name.startsWith('portal.') && !/^(auth|todo|home|session|job|phone)\./.test(name),
  )
  expect(others).toEqual([])
  for (const name of [
    'seller.get',
    'seller.ledger',
    'sellerPurchase.list',
    'sellerReturn.execute',
    'card.get',
    'sale.record',
  ]) {
    await expect(world.execute({ name, input: {}, actor: world.actor('seller1') })).rejects.toMatchObject({
      code: 'notAllowed',
    })
  }
})

test('after all of it the books agree', async () => {
  expect((await auditLedger(world.db)).differences).toEqual([])
})
