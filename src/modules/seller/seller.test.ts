// Files of sellers and halls: who keeps them, who sets their limits, how the ledger runs; a station sees its own.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { createWorld, type World } from '../../../test/support/world.ts'

let world: World
let batch: MadeBatch
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 60 })
  await draw(world, 'station1', batch, { from: 0, quantity: 50 })
})
afterAll(() => world.close())

const station = () => world.as('station1')
const finance = () => world.as('finance')
const range = (first: number, last: number) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
const buy = (sellerId: number, first: number, last: number, method: 'cash' | 'credit' = 'cash') =>
  station().sellerPurchase.execute({
    sellerId,
    ranges: [range(first, last)],
    payment: { method, amountFen: (last - first + 1) * 5_000 },
    jointCheck: { confirmed: 'paper' },
  })
const file = {
  agreementNo: '代-2026-01',
  agreementFrom: '2026-01-01',
  agreementUntil: '2026-12-31',
  identityNo: '410123199001011234',
  depositFen: 200_000,
  phone: '13812345678',
}

test('a station registers a seller with its file in one; numbers are masked', async () => {
  const { holderId } = await station().seller.create({ kind: 'seller', code: 'M9', name: '新售卡员', ...file })
  await expect(station().seller.create({ kind: 'hall', code: 'M9', name: '同号', ...file })).rejects.toMatchObject({
    code: 'codeTaken',
  })
  expect(await station().seller.get({ holderId })).toMatchObject({
    seller: {
      code: 'M9',
      name: '新售卡员',
      stationName: '城关供电所',
      phone: '138******78',
      creditLimitFen: 0,
      onHand: [],
    },
    file: {
      agreementNo: '代-2026-01',
      agreementUntil: '2026-12-31',
      identityNo: '4101**********1234',
      depositFen: 200_000,
    },
    ranges: [],
    documents: [],
  })
  await station().seller.update({ holderId, depositFen: 300_000, agreementUntil: null })
  expect((await finance().seller.get({ holderId })).file).toMatchObject({
    depositFen: 300_000,
    agreementUntil: null,
    agreementNo: '代-2026-01',
  })
  expect((await station().seller.get({ holderId })).seller.phone).toBe('138******78')
  const audited = await world.db.selectFrom('audit').select('details').where('operation', 'like', 'seller.%').execute()
  expect(JSON.stringify(audited)).not.toMatch(/19900101|1381234/)
})

test('the list: a station its own, finance all, by kind, station, name, code, stop and debt', async () => {
  const names = async (who: 'station1' | 'station2' | 'finance', filter: object = {}) =>
    (await world.as(who).seller.list(filter)).sellers.map(seller => seller.name)
  expect(await names('station2')).toEqual(['售卡员3'])
  expect(await names('station1')).toEqual(['售卡员1', '售卡员2', '城关营业厅', '新售卡员'])
  expect(await names('finance', { stationId: world.places.stations[2] })).toEqual(['售卡员4'])
  expect(await names('finance', { kind: 'hall' })).toEqual(['城关营业厅'])
  expect(await names('finance', { search: 'M2' })).toEqual(['售卡员2'])
  expect(await names('finance', { afterId: world.places.sellers[2], limit: 2 })).toEqual(['售卡员4', '城关营业厅'])
  await station().seller.stopPurchase({ holderId: world.places.sellers[1], reason: '协议到期' })
  expect(await names('finance', { stopped: true })).toEqual(['售卡员2'])
  expect(await names('finance', { owing: true })).toEqual([])
})

test('a seller that is stopped buys nothing until it is resumed', async () => {
  const holderId = world.places.sellers[1]
  await expect(buy(holderId, 0, 0)).rejects.toMatchObject({ code: 'sellerStopped', details: { seller: '售卡员2' } })
  await finance().seller.resumePurchase({ holderId })
  await buy(holderId, 0, 0)
})

test('nobody acts for the sellers of another station, and only finance sets limits', async () => {
  const [holderId] = world.places.sellers
  const other = world.as('station2')
  const calls = [
    () => other.seller.get({ holderId }),
    () => other.seller.ledger({ holderId }),
    () => other.seller.update({ holderId, depositFen: 1 }),
    () => other.seller.stopPurchase({ holderId, reason: '。' }),
    () => other.seller.resumePurchase({ holderId }),
    () => other.payment.record({ holderId, method: 'cash', amountFen: 1 }),
    () => finance().seller.get({ holderId: world.places.stations[0] }),
    () => finance().seller.setLimit({ holderId: world.places.county, creditLimitFen: 1 }),
  ]
  for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'sellerNotFound' })
  await expect(station().seller.setLimit({ holderId, creditLimitFen: 1 })).rejects.toMatchObject({ code: 'notAllowed' })
})

test('the ledger: every line with its slip and what was owed after it', async () => {
  const [holderId] = world.places.sellers
  await finance().seller.setLimit({ holderId, creditLimitFen: 100_000 })
  const first = await buy(holderId, 10, 19)
  const second = await buy(holderId, 20, 29, 'credit')
  const returned = await station().sellerReturn.execute({
    ranges: [range(10, 14)],
    refunds: [
      { method: 'cash', amountFen: 10_000 },
      { method: 'offset', amountFen: 15_000 },
    ],
    intact: true,
  })
  await expect(station().payment.record({ holderId, method: 'transfer', amountFen: 1_000 })).rejects.toMatchObject({
    code: 'SK06',
  })
  const pay = { holderId, method: 'transfer' as const, amountFen: 20_000, reference: 'B-77', note: '还款' }
  const clicks = await Promise.all([1, 2, 3].map(() => finance().payment.record(pay, { key: 'pay' })))
  expect(clicks).toEqual([1, 2, 3].map(() => ({ holderId, owedFen: 15_000, paidFen: 60_000 })))
  const { entries } = await station().seller.ledger({ holderId })
  expect(entries.map(entry => [entry.kind, entry.method, entry.documentNo, entry.owedFen, entry.paidFen])).toEqual([
    ['repayment', 'transfer', null, 15_000, 60_000],
    ['refund', 'offset', returned.documentNo, 35_000, 40_000],
    ['refund', 'cash', returned.documentNo, 50_000, 40_000],
    ['purchase', 'credit', second.documentNo, 50_000, 50_000],
    ['purchase', 'cash', first.documentNo, 0, 50_000],
  ])
  expect(entries[0]).toMatchObject({ reference: 'B-77', note: '还款', operator: '人员 finance' })
  const page = await station().seller.ledger({ holderId, limit: 2, beforeId: entries[1]?.entryId })
  expect(page.entries).toEqual(entries.slice(2, 4))
  expect((await station().seller.ledger({ holderId, toDay: '2020-01-01' })).entries).toEqual([])
  // A limit below what is owed takes nothing back, and stops further credit.
  expect(await finance().seller.setLimit({ holderId, creditLimitFen: 10_000 })).toMatchObject({ owedFen: 15_000 })
  await expect(buy(holderId, 30, 30, 'credit')).rejects.toMatchObject({ code: 'SK01', details: { x: '0.00' } })
  await buy(holderId, 30, 30)
})
