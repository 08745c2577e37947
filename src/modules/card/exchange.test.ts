// Exchanging cards: one to one, both documents at once, the seller credited, and nothing half done.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { stockedBatch } from '../../../test/support/card-steps.ts'
import { handOver } from '../../../test/support/hand-over.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { countyId, createWorld, type World } from '../../../test/support/world.ts'
import { auditLedger } from '../../domain/ledger-audit.ts'

let world: World
let batch: MadeBatch
let dear: MadeBatch
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 300 })
  dear = await stockedBatch(world, { quantity: 10, faceValueFen: 10_000 })
  const [station] = world.places.stations
  const [seller] = world.places.sellers
  await handOver(world, batch, { from: 0, quantity: 20 }, { station })
  await handOver(world, batch, { from: 20, quantity: 180 }, { station, seller })
  await handOver(world, batch, { from: 200, quantity: 20 }, { station, seller, customer: true })
  await handOver(world, batch, { from: 220, quantity: 80 }, { station, seller: world.places.hall })
  await handOver(world, dear, { from: 0, quantity: 10 }, { station, seller: world.places.hall })
})
afterAll(() => world.close())

const range = (first: number, last = first, of = batch) => ({
  firstSerial: of.serial(first),
  lastSerial: of.serial(last),
})
const custody = { location: '财务柜', keeper: { name: '钱财务', staffNo: 'K1' }, sealNo: '' }
const applicant = { name: '王大娘' }
const exchange = (old: object[], given: object[], more: object = {}) =>
  world.as('finance').card.exchange({
    ranges: old as never,
    newRanges: given as never,
    sellerId: world.places.hall,
    custody,
    reason: 'damaged',
    applicant,
    ...more,
  })
const accept = (n: number) =>
  world.as('hotline').recharge.accept({
    serial: batch.serial(n),
    pin: world.services.pins.draw(batch.stored(n), 12),
    accountNo: '4101000001',
    channel: 'voice',
    caller: null,
    callId: null,
  })
const card = (n: number) => world.as('finance').card.get({ serial: batch.serial(n) })
const owed = async (holderId: number) =>
  (
    await world.db
      .selectFrom('seller')
      .select('owedFen')
      .where('countyId', '=', countyId)
      .where('holderId', '=', holderId)
      .executeTakeFirstOrThrow()
  ).owedFen

test('the old cards are void and in custody, the new ones the customer’s, and the hall is credited', async () => {
  const done = await exchange([range(200, 202)], [range(220, 222)])
  expect(done).toMatchObject({ state: 'done', quantity: 3 })
  expect([(await card(201)).state, (await card(221)).state]).toEqual(['void', 'customer'])
  expect(await owed(world.places.hall)).toBe(-15_000)
  await expect(accept(201)).rejects.toMatchObject({ code: 'card.void' })
  await accept(221)
  const { rows } = await world.as('finance').custody.list({ serial: batch.serial(201) })
  expect(rows).toMatchObject([{ location: '财务柜' }])
  const voids = await world.db
    .selectFrom('document')
    .select(['documentNo', 'state', 'body'])
    .where('kind', '=', 'ZF')
    .where('parentId', '=', done.documentId)
    .execute()
  expect(voids).toMatchObject([{ state: 'voided', body: { money: { treatment: 'exchange' } } }])
  const service = await world.db
    .selectFrom('document')
    .select('body')
    .where('documentId', '=', done.documentId)
    .executeTakeFirst()
  expect(service).toMatchObject({ body: { exchange: { voidDocumentNo: voids[0]?.documentNo } } })
  expect((await auditLedger(world.db)).differences).toEqual([])
})

test('what cannot be exchanged is refused, with nothing changed', async () => {
  await accept(203)
  const before = await world.db
    .selectFrom('movement')
    .select(eb => eb.fn.countAll().as('n'))
    .executeTakeFirst()
  const refused = async (code: string, ...asked: Parameters<typeof exchange>) =>
    expect([
      code,
      await exchange(...asked).then(
        () => 'done',
        error => error.code,
      ),
    ]).toEqual([code, code])
  await refused('KF03', [range(204, 205)], [range(230)])
  await refused('KF03', [range(204)], [range(0, 0, dear)])
  await refused('KF04', [range(203)], [range(230)])
  await refused('KF01', [range(200)], [range(230)])
  await refused('rangesNotMovable', [range(5)], [range(230)])
  await refused('rangesNotMovable', [range(204)], [range(30)])
  await refused('lostUnnamed', [range(204)], [range(230)], { custody: null, reason: 'lost' })
  await refused('sellerNotFound', [range(204)], [range(230)], { sellerId: world.places.stations[0] })
  expect(
    await world.db
      .selectFrom('movement')
      .select(eb => eb.fn.countAll().as('n'))
      .executeTakeFirst(),
  ).toEqual(before)
})

test('a lost card is exchanged for the buyer its sale was entered with', async () => {
  await world.as('station1').sale.record({ hallId: world.places.hall, ranges: [range(240)], buyer: { name: '李四' } })
  expect(await exchange([range(240)], [range(241)], { custody: null, reason: 'lost' })).toMatchObject({ state: 'done' })
  expect((await auditLedger(world.db)).differences).toEqual([])
})

test('above the limit a second one of finance approves; until then both sides are claimed', async () => {
  await world.db
    .updateTable('county')
    .set({ settings: JSON.stringify({ cardServiceLimit: 1 }) })
    .where('countyId', '=', countyId)
    .execute()
  const { documentId, version, state } = await exchange([range(206, 207)], [range(250, 251)])
  expect([state, (await card(206)).state]).toEqual(['pendingApproval', 'customer'])
  await expect(exchange([range(206)], [range(252)])).rejects.toMatchObject({ code: 'C07' })
  await expect(world.as('finance').cardService.approve({ documentId, version })).rejects.toMatchObject({ code: 'C01' })
  await world.as('finance2').cardService.approve({ documentId, version })
  expect([(await card(206)).state, (await card(250)).state]).toEqual(['void', 'customer'])
  expect((await auditLedger(world.db)).differences).toEqual([])
})

test('an exchange and a recharge of its old card: one of them happens', async () => {
  await world.db.updateTable('county').set({ settings: '{}' }).where('countyId', '=', countyId).execute()
  for (let n = 0; n < 8; n += 1) {
    const old = 100 + n
    const [exchanged, recharged] = await Promise.allSettled([exchange([range(old)], [range(260 + n)]), accept(old)])
    expect([exchanged.status, recharged.status].filter(status => status === 'fulfilled')).toHaveLength(1)
  }
  expect((await auditLedger(world.db)).differences).toEqual([])
})
