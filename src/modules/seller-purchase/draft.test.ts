// The purchase as a draft, scan by scan: claims, the joint check by password, credit, and several buyers at once.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { auditLedger } from '../../domain/ledger-audit.ts'
import { hashPassword } from '../../kernel/session.ts'

const password = 'right password'
let world: World
let batch: MadeBatch
beforeAll(async () => {
  world = await createWorld({ passwordHash: await hashPassword(password) })
  batch = await stockedBatch(world, { quantity: 300 })
  await draw(world, 'station1', batch, { from: 0, quantity: 200 })
  await draw(world, 'station2', batch, { from: 200, quantity: 20 })
})
afterAll(() => world.close())

const range = (first: number, last: number) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
const cash = (quantity: number) => ({ method: 'cash' as const, amountFen: quantity * 5_000 })
const credit = (quantity: number) => ({ method: 'credit' as const, amountFen: quantity * 5_000 })
const paper = { confirmed: 'paper' as const }
const station = () => world.as('station1').sellerPurchase
const seller = () => world.places.sellers[0]
const create = async () => (await station().create({ sellerId: seller() })).documentId
const limit = (holderId: number, creditLimitFen: number) =>
  world.as('finance').seller.setLimit({ holderId, creditLimitFen })

test('what is scanned is claimed until the draft ends, and another draft may not take it', async () => {
  const [mine, other] = [await create(), await create()]
  expect(await station().scan({ documentId: mine, ranges: [range(0, 4)] })).toMatchObject({
    quantity: 5,
    amountFen: 25_000,
  })
  await expect(station().scan({ documentId: other, ranges: [range(4, 8)] })).rejects.toMatchObject({
    code: 'C07',
    details: { quantity: 1 },
  })
  // A later scan takes the place of the one before.
  await station().scan({ documentId: mine, ranges: [range(0, 2)] })
  await station().scan({ documentId: other, ranges: [range(4, 8)] })
  const whole = { sellerId: seller(), ranges: [range(1, 1)], payment: cash(1), jointCheck: paper }
  await expect(station().execute(whole)).rejects.toMatchObject({ code: 'C07' })
  expect(await station().discard({ documentId: other })).toMatchObject({ state: 'discarded', documentNo: null })
  await station().discard({ documentId: mine })
  await expect(station().scan({ documentId: mine, ranges: [range(0, 2)] })).rejects.toMatchObject({
    code: 'documentState',
  })
  expect(await world.db.selectFrom('claim').selectAll().execute()).toEqual([])
})

test('a draft is its author’s and its station’s alone', async () => {
  const documentId = await create()
  const elsewhere = world.as('station2').sellerPurchase
  const ranges = [range(200, 201)]
  const calls = [
    () => elsewhere.scan({ documentId, ranges }),
    () => elsewhere.confirmCheck({ documentId }),
    () => elsewhere.discard({ documentId }),
    () => elsewhere.get({ documentId }),
    () =>
      elsewhere.execute({
        draft: { documentId, version: 1 },
        sellerId: world.places.sellers[2],
        ranges,
        payment: cash(2),
        jointCheck: paper,
      }),
  ]
  for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'documentNotFound' })
  await expect(elsewhere.create({ sellerId: seller() })).rejects.toMatchObject({ code: 'sellerNotFound' })
  await expect(station().scan({ documentId, ranges: [range(200, 201)] })).rejects.toMatchObject({ code: 'SK05' })
  await expect(station().confirmCheck({ documentId })).rejects.toMatchObject({ code: 'C04' })
})

test('the seller confirms by password on the same screen, for these cards and no others', async () => {
  const documentId = await create()
  const ranges = [range(10, 11), range(13, 14)]
  const { version } = await station().scan({ documentId, ranges })
  const form = { draft: { documentId, version }, sellerId: seller(), ranges, payment: cash(4), jointCheck: null }
  await expect(station().execute(form)).rejects.toMatchObject({ code: 'SK03' })
  const confirm = (staffNo: string, word: string) =>
    station().confirmCheck({ documentId, signIn: { staffNo, password: word } })
  await expect(confirm('N-seller3', password)).rejects.toMatchObject({ code: 'notOfSeller' })
  await expect(confirm('N-station1', password)).rejects.toMatchObject({ code: 'notOfSeller' })
  expect(await confirm('N-seller1', 'wrong')).toMatchObject({ outcome: 'wrong', version })
  const checked = await confirm('N-seller1', password)
  expect(checked).toMatchObject({ outcome: 'confirmed', version: version + 1 })
  await expect(station().execute(form)).rejects.toMatchObject({ code: 'documentMoved' })
  const seen = { ...form, draft: { documentId, version: checked.version } }
  await expect(station().execute({ ...seen, ranges: [range(10, 14)], payment: cash(5) })).rejects.toMatchObject({
    code: 'SK03',
  })
  await expect(station().execute({ ...seen, sellerId: world.places.sellers[1] })).rejects.toMatchObject({
    code: 'SK03',
  })
  // Scanning again asks for the check again.
  const scanned = await station().scan({ documentId, ranges })
  const rescanned = { ...form, draft: { documentId, version: scanned.version } }
  await expect(station().execute(rescanned)).rejects.toMatchObject({ code: 'SK03' })
  const last = await confirm('N-seller1', password)
  const sold = await station().execute({ ...form, draft: { documentId, version: last.version }, note: '附注' })
  expect(sold).toMatchObject({ documentId, state: 'sold', quantity: 4, amountFen: 20_000 })
  const { head, lines, purchase } = await world.as('finance').sellerPurchase.get({ documentId })
  expect(head).toMatchObject({ state: 'sold', note: '附注', executor: '人员 station1' })
  expect(lines.map(line => [line.firstSerial, line.quantity])).toEqual([
    [batch.serial(10), 2],
    [batch.serial(13), 2],
  ])
  expect(purchase).toMatchObject({
    sellerName: '售卡员1',
    payment: { method: 'cash', amountFen: 20_000 },
    jointCheck: { confirmed: 'password', by: '人员 seller1', staffNo: 'N-seller1' },
    after: { creditLimitFen: 0, owedFen: 0 },
  })
  expect(await world.db.selectFrom('claim').selectAll().execute()).toEqual([])
})

test('credit goes as far as the limit; of two that want the last of it one gets it', async () => {
  const holderId = world.places.sellers[1]
  const buy = (first: number, quantity: number) =>
    station().execute({
      sellerId: holderId,
      ranges: [range(first, first + quantity - 1)],
      payment: credit(quantity),
      jointCheck: paper,
    })
  await expect(buy(20, 1)).rejects.toMatchObject({
    code: 'SK01',
    details: { seller: '售卡员2', x: '0.00', y: '50.00' },
  })
  await limit(holderId, 50_000)
  await buy(20, 4)
  for (let round = 0; round < 5; round += 1) {
    const first = 24 + round * 12
    const outcomes = await Promise.allSettled([buy(first, 6), buy(first + 6, 6)])
    expect(outcomes.map(outcome => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
    const refused = outcomes.find(outcome => outcome.status === 'rejected')
    expect(refused?.reason).toMatchObject({ code: 'SK01', details: { x: '0.00', y: '300.00' } })
    expect(await world.as('finance').seller.get({ holderId })).toMatchObject({
      seller: { owedFen: 50_000, paidFen: round * 30_000 },
    })
    await world.as('station1').payment.record({ holderId, method: 'cash', amountFen: 30_000 })
  }
  const { purchases, counts } = await world.as('finance').sellerPurchase.list({ sellerId: holderId, method: 'credit' })
  expect(counts).toEqual([{ state: 'sold', quantity: 6 }])
  expect(purchases.map(({ purchase }) => purchase.after?.owedFen)).toEqual([
    50_000, 50_000, 50_000, 50_000, 50_000, 20_000,
  ])
  expect((await world.as('finance').sellerPurchase.list({ sellerId: holderId, method: 'cash' })).purchases).toEqual([])
})

test('two buyers of overlapping ranges at once: one has them all, the other none', async () => {
  for (let round = 0; round < 6; round += 1) {
    const first = 100 + round * 6
    const buy = (sellerId: number, from: number, to: number) =>
      station().execute({ sellerId, ranges: [range(from, to)], payment: cash(to - from + 1), jointCheck: paper })
    const outcomes = await Promise.allSettled([
      buy(world.places.sellers[1], first, first + 3),
      buy(world.places.hall, first + 2, first + 5),
    ])
    expect(outcomes.map(outcome => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(outcomes.find(outcome => outcome.status === 'rejected')?.reason).toMatchObject({
      code: 'SK05',
      details: { quantity: 2 },
    })
  }
})

test('a double click is one sale, from a draft as well', async () => {
  const documentId = await create()
  const ranges = [range(150, 154)]
  const { version } = await station().scan({ documentId, ranges })
  const form = { draft: { documentId, version }, sellerId: seller(), ranges, payment: cash(5), jointCheck: paper }
  const clicks = await Promise.all(Array.from({ length: 6 }, () => station().execute(form, { key: 'click' })))
  expect(new Set(clicks.map(click => click.documentNo)).size).toBe(1)
  // An Enter-storm without a key finds the draft moved on.
  await expect(station().execute(form)).rejects.toMatchObject({ code: 'documentMoved' })
  const entries = await world.db.selectFrom('sellerEntry').selectAll().where('documentId', '=', documentId).execute()
  expect(entries).toMatchObject([{ kind: 'purchase', method: 'cash', amountFen: 25_000 }])
})

test('the audit finds a purchase whose money is not what its paper says', async () => {
  const found = async () => (await auditLedger(world.db)).differences
  expect(await found()).toEqual([])
  const line = await world.db
    .selectFrom('documentLine')
    .innerJoin('document', 'document.documentId', 'documentLine.documentId')
    .select(['documentLine.documentId', 'document.documentNo'])
    .where('kind', '=', 'SK')
    .where('state', '=', 'sold')
    .executeTakeFirstOrThrow()
  const set = (faceValueFen: number) =>
    world.db.updateTable('documentLine').set({ faceValueFen }).where('documentId', '=', line.documentId).execute()
  await set(5_001)
  expect(await found()).toMatchObject([
    { check: 'purchases, returns and their money', about: expect.stringContaining(`purchase ${line.documentNo}`) },
  ])
  await set(5_000)
  expect(await found()).toEqual([])
})
