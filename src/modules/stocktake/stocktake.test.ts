// Stocktakes: who counts whom, what a blind count tells, moves during the count, differences worked to a close.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, receiver, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { executedVoid, use } from '../../../test/support/void-steps.ts'
import { createWorld, type Person, type World } from '../../../test/support/world.ts'

let world: World
let batch: MadeBatch
let other: MadeBatch
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 200 })
  other = await stockedBatch(world, { quantity: 40, faceValueFen: 10_000 })
  await draw(world, 'station1', batch, { from: 100, quantity: 60 })
  await draw(world, 'station2', batch, { from: 160, quantity: 40 })
  await sell(140, 149)
})
afterAll(() => world.close())

const range = (first: number, last = first) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
const sell = (first: number, last: number) =>
  world.as('station1').sellerPurchase.execute({
    sellerId: world.places.sellers[0],
    ranges: [range(first, last)],
    payment: { method: 'cash', amountFen: (last - first + 1) * 5_000 },
    jointCheck: { confirmed: 'paper' },
  })
const stocktake = (who: Person) => world.as(who).stocktake
const seen = ({ documentId, version }: { documentId: number; version: number }) => ({ documentId, version })
async function counting(who: Person, more: object = {}) {
  return stocktake(who).snapshot(await stocktake(who).create({ method: 'open', ...more }))
}
const report = (documentId: number, who: Person = 'finance') => stocktake(who).get({ documentId })

test('who may count whom, and who reviews', async () => {
  const { county, stations, sellers, customer, custody } = world.places
  const make = (who: Person, holderId: number) => stocktake(who).create({ method: 'open', holderId })
  for (const [who, holderId] of [
    ['card', stations[0]],
    ['station1', stations[1]],
    ['station1', sellers[2]],
    ['station1', county],
    ['finance', customer],
    ['finance', custody],
  ] as const) {
    await expect(make(who, holderId), `${who} ${holderId}`).rejects.toMatchObject({ code: 'stocktakeHolder' })
  }
  await expect(stocktake('card').create({ method: 'open' })).rejects.toMatchObject({ code: 'noPlace' })
  const own = await make('station1', sellers[0])
  await make('finance', stations[1])
  await expect(stocktake('station2').snapshot(own)).rejects.toMatchObject({ code: 'documentNotFound' })
  expect(await stocktake('station1').cancel(own)).toMatchObject({ state: 'discarded', documentNo: null })

  // A station's count is reviewed by finance alone, the county's own by an administrator too; never by who counted.
  const { documentId } = await counting('station3', {})
  const zero = await stocktake('station3').submit({ documentId, confirmZero: true })
  await expect(stocktake('card').review(seen(zero))).rejects.toMatchObject({ code: 'stocktakeReviewer' })
  const reviewed = await stocktake('finance').review(seen(zero))
  expect(await stocktake('finance2').close(seen(reviewed))).toMatchObject({ state: 'done' })
  const ofCounty = await counting('finance', { holderId: county })
  await stocktake('card').scan({ documentId: ofCounty.documentId, ranges: [range(0)] })
  const counted = await stocktake('finance').submit(seen(ofCounty))
  for (const who of ['finance', 'card'] as const) {
    await expect(stocktake(who).review(seen(counted))).rejects.toMatchObject({ code: 'PD04' })
  }
  const twin = world.as({ ...world.actor('finance2'), staffNo: world.actor('finance').staffNo }).stocktake
  await expect(twin.review(seen(counted))).rejects.toMatchObject({ code: 'PD04' })
  await expect(stocktake('card2').recount({ ...seen(counted), note: ' ' })).rejects.toMatchObject({ code: 'C06' })
  const again = await stocktake('card2').recount({ ...seen(counted), note: '请重点 100 元卡' })
  expect(await report(again.documentId)).toMatchObject({ head: { state: 'counting' }, totals: [], differences: [] })
  expect(await stocktake('finance').cancel(again)).toMatchObject({ state: 'cancelled' })
})

test('one open count per holder and face value, also when two begin at once', async () => {
  const holderId = world.places.county
  const drafts = await Promise.all(
    [[5_000], [], [10_000], [5_000, 10_000]].map(faceValuesFen =>
      stocktake('finance').create({ method: 'open', holderId, faceValuesFen }),
    ),
  )
  const outcomes = await Promise.allSettled(drafts.map(draft => stocktake('finance').snapshot(draft)))
  const begun = drafts.filter((_, n) => outcomes[n]?.status === 'fulfilled')
  expect([1, 2]).toContain(begun.length)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'PD03' })
  }
  for (const { documentId } of begun) await stocktake('finance').cancel({ documentId })
  const five = await counting('finance', { holderId, faceValuesFen: [5_000] })
  const ten = await counting('finance', { holderId, faceValuesFen: [10_000] })
  await expect(counting('finance', { holderId })).rejects.toMatchObject({
    code: 'PD03',
    details: { scope: '青河县 50.00元', documentNo: five.documentNo },
  })
  const card = { firstSerial: other.serial(0), lastSerial: other.serial(0) }
  await expect(stocktake('finance').scan({ documentId: five.documentId, ranges: [card] })).rejects.toMatchObject({
    code: 'stocktakeFace',
    details: { v: '100.00' },
  })
  const open = { countyId: 1, scopeNo: 9, holderId, open: true, faceValueFen: null }
  const insert = world.db.insertInto('stocktakeScope').values({ ...open, documentId: five.documentId })
  await expect(insert.execute()).rejects.toThrow('stocktake_open_once')
  for (const { documentId } of [five, ten]) await stocktake('finance').cancel({ documentId })
})

test('a blind count tells nothing of what is expected before it is submitted, also when it is counted again', async () => {
  const holderId = world.places.stations[1]
  const replies: unknown[] = []
  const keep = <T>(reply: T): T => {
    replies.push(reply)
    return reply
  }
  const blind = keep(await stocktake('station2').create({ method: 'blind' }))
  const { documentId } = blind
  keep(await stocktake('station2').snapshot(blind))
  const count = async () => {
    // Half of what is expected, and cards of the county: the reply is the same for both.
    keep(await stocktake('station2').scan({ documentId, ranges: [range(160, 169), range(10, 19)] }))
    keep(await stocktake('station2').unscan({ documentId, ranges: [range(165, 169)] }))
    keep(await stocktake('finance').get({ documentId }))
    keep(await stocktake('station2').get({ documentId }))
    keep(await stocktake('finance').list({ holderId }))
  }
  await count()
  const submitted = await stocktake('station2').submit({ documentId })
  expect(submitted.totals).toMatchObject([{ expected: 40, counted: 15, missing: 35, elsewhere: 10 }])
  keep(await stocktake('finance').recount({ ...seen(submitted), note: '差得太多' }))
  await count()
  const told = JSON.stringify(replies)
  const unseen = Array.from({ length: 30 }, (_, n) => batch.serial(170 + n))
  for (const secret of ['"expected":40', '"missing"', '青河县', '"here"', '"seen"', ...unseen]) {
    expect(told.includes(secret), secret).toBe(false)
  }
  // The same words are there once it is submitted again.
  await stocktake('station2').submit({ documentId })
  const after = JSON.stringify([await report(documentId), await stocktake('finance').list({ holderId })])
  for (const told of ['"expected":40', '"missing"', '青河县', batch.serial(199)]) {
    expect(after.includes(told), told).toBe(true)
  }
})

test('cards that move during the count change what is expected and are named; cards used too', async () => {
  const { documentId } = await counting('station1')
  const scan = (first: number, last: number) => stocktake('station1').scan({ documentId, ranges: [range(first, last)] })
  expect(await scan(100, 119)).toMatchObject({ added: 20, again: 0, elsewhere: [] })
  const found = await scan(118, 121)
  expect(found).toMatchObject({ added: 2, again: 2, faceValues: [{ faceValueFen: 5_000, added: 2 }] })
  // Sold after they were seen, sold before they are seen, and a delivery on its way and accepted.
  const sold = await sell(100, 104)
  const soldLater = await sell(130, 131)
  expect((await scan(130, 131)).elsewhere).toMatchObject([
    { class: 'elsewhere', foundAs: 'seller', holderName: '售卡员1', quantity: 2 },
  ])
  const { documentId: applied, version } = await world
    .as('station1')
    .stationDraw.submit(
      await world.as('station1').stationDraw.create({ lines: [{ faceValueFen: 5_000, quantity: 8 }], receiver }),
    )
  await world.as('card').stationDraw.approve({ documentId: applied, version })
  const finance = world.as('finance').stationDraw
  const issue = await finance.prepare({ documentId: applied })
  await finance.scan({ documentId: issue.documentId, ranges: [range(0, 7)] })
  await finance.confirmCheck({ documentId: issue.documentId, staffNo: receiver.staffNo })
  await finance.issue({ documentId: issue.documentId })
  const onTheRoad = (await report(documentId)).expected ?? []
  expect(onTheRoad.some(row => row.firstSerial === batch.serial(0))).toBe(false)
  await world.as('station1').stationDraw.accept({ documentId: issue.documentId })
  await scan(0, 7)
  const { documentNo } = await executedVoid(world, 'finance2', [range(122)], 1)

  const page = await report(documentId)
  expect(page.expected).toMatchObject([
    { firstSerial: batch.serial(0), quantity: 8, seen: 8 },
    { firstSerial: batch.serial(105), quantity: 17, seen: 17 },
    { firstSerial: batch.serial(123), quantity: 7, seen: 0 },
    { firstSerial: batch.serial(132), quantity: 8, seen: 0 },
    { firstSerial: batch.serial(150), quantity: 10, seen: 0 },
  ])
  const submitted = await stocktake('station1').submit({ documentId })
  expect(submitted.totals).toEqual([
    {
      faceValueFen: 5_000,
      snapshot: 50,
      movedIn: 8,
      movedOut: 8,
      expected: 50,
      counted: 27,
      missing: 25,
      surplus: 0,
      elsewhere: 2,
    },
  ])
  const moves = (await report(documentId)).moves ?? []
  expect(moves.map(move => [move.direction, move.quantity, move.documentNo])).toEqual([
    ['out', 5, sold.documentNo],
    ['out', 2, soldLater.documentNo],
    ['in', 8, issue.documentNo],
    ['out', 1, documentNo],
  ])

  // A seller's card that is used during its count is no loss.
  const seller = await counting('finance', { holderId: world.places.sellers[0] })
  await use(world, batch, 140)
  const counted = await stocktake('finance').submit({ documentId: seller.documentId, confirmZero: true })
  expect(counted.totals).toMatchObject([{ snapshot: 17, movedOut: 1, expected: 16, missing: 16 }])
  expect((await report(seller.documentId)).moves).toMatchObject([{ direction: 'used', documentNo: null, quantity: 1 }])
  const found2 = await counting('station1', { holderId: world.places.hall })
  await stocktake('station1').scan({ documentId: found2.documentId, ranges: [range(140), range(122), range(8)] })
  const strange = await stocktake('station1').submit({ documentId: found2.documentId })
  expect(strange.totals).toMatchObject([{ expected: 0, counted: 3, surplus: 2, elsewhere: 1 }])
})

test('differences are worked to a close one by one, whole or in part', async () => {
  const { documentId } = await counting('station3', {})
  await expect(stocktake('station3').submit({ documentId })).rejects.toMatchObject({ code: 'PD05' })
  await stocktake('station3').cancel({ documentId })
  await draw(world, 'station3', batch, { from: 50, quantity: 20 })
  const count = await counting('station3')
  const id = count.documentId
  await stocktake('station3').scan({ documentId: id, ranges: [range(50, 59), range(20, 21)] })
  await stocktake('station3').scan({ documentId: id, ranges: [range(122)] })
  const never = { firstSerial: other.serial(40), lastSerial: other.serial(40) }
  await expect(stocktake('station3').scan({ documentId: id, ranges: [never] })).rejects.toMatchObject({
    code: 'rangesNotMovable',
  })
  const submitted = await stocktake('station3').submit({ documentId: id })
  await expect(stocktake('station3').scan({ documentId: id, ranges: [range(60)] })).rejects.toMatchObject({
    code: 'documentState',
  })
  const reviewed = await stocktake('finance').review(seen(submitted))
  const { differences } = await report(id)
  expect(differences.map(row => [row.class, row.foundAs, row.quantity, row.holderName])).toEqual([
    ['elsewhere', 'county', 2, '青河县'],
    ['missing', '', 10, null],
    ['surplus', 'void', 1, null],
  ])
  const no = (wanted: string) => differences.find(row => row.class === wanted)?.differenceNo ?? 0
  const resolve = (differenceNo: number, more: object, part: object | null = null) =>
    stocktake('station3').resolve({
      documentId: id,
      differences: [{ differenceNo, part: part as never }],
      treatment: 'found',
      ...more,
    })
  await expect(stocktake('finance').close(seen(reviewed))).rejects.toMatchObject({ code: 'PD01', details: { n: 13 } })
  await expect(resolve(no('elsewhere'), {})).rejects.toMatchObject({ code: 'treatmentUnfit' })
  await expect(resolve(99, {})).rejects.toMatchObject({ code: 'noDifference' })
  await expect(resolve(no('missing'), {}, range(59, 60))).rejects.toMatchObject({ code: 'noDifference' })
  await expect(resolve(no('surplus'), { treatment: 'correction' })).rejects.toMatchObject({ code: 'correctionNote' })
  await expect(resolve(no('missing'), { treatment: 'return' })).rejects.toMatchObject({ code: 'returnNotFound' })
  await expect(
    stocktake('station1').resolve({ documentId: id, differences: [{ differenceNo: 1 }], treatment: 'found' }),
  ).rejects.toMatchObject({ code: 'documentNotFound' })

  await resolve(no('elsewhere'), { treatment: 'belongs' })
  await resolve(no('surplus'), { treatment: 'correction', note: '废卡未交保管，已补交' })
  expect(await resolve(no('missing'), {}, range(62, 65))).toMatchObject({ quantity: 4, linkedDocumentId: null })
  await expect(resolve(no('missing'), {})).rejects.toMatchObject({ code: 'differenceTreated' })
  const left = (await report(id)).differences.filter(row => row.treatment === null)
  expect(left.map(row => [row.firstSerial, row.quantity])).toEqual([
    [batch.serial(60), 2],
    [batch.serial(66), 4],
  ])
  const gone = await stocktake('station3').resolve({
    documentId: id,
    differences: left.map(row => ({ differenceNo: row.differenceNo })),
    treatment: 'void',
  })
  const draft = await world.as('station3').cardVoid.get({ documentId: gone.linkedDocumentId ?? 0 })
  expect(draft).toMatchObject({
    head: { state: 'draft', quantity: 6, parentNo: count.documentNo },
    void: { reason: 'stocktakeShort', physical: false },
  })
  const end = await report(id)
  expect(end.totals).toMatchObject([{ expected: 20, counted: 17, missing: 6, surplus: 1, elsewhere: 2 }])
  const { version } = end.head
  const ends = await Promise.allSettled([
    stocktake('finance').close({ documentId: id, version }),
    stocktake('finance2').close({ documentId: id, version }),
  ])
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const { stocktakes } = await stocktake('station3').list({ states: ['done'] })
  expect(stocktakes[0]).toMatchObject({ figures: { expected: 20, open: 0 }, method: 'open' })
  // The scope is free again.
  await stocktake('station3').cancel(await counting('station3'))
})

test('two people scan into one count: each card once, each scan with who it was', async () => {
  const { documentId } = await counting('finance', { holderId: world.places.county })
  const people: Person[] = ['finance', 'card', 'card2', 'finance2']
  const scans = Array.from({ length: 16 }, (_, n) =>
    stocktake(people[n % 4] ?? 'card').scan({ documentId, ranges: [range(20 + n, 25 + n)] }),
  )
  const added = (await Promise.all(scans)).reduce((sum, reply) => sum + reply.added, 0)
  expect(added).toBe(21)
  const page = await report(documentId)
  expect(page.scans.reduce((sum, row) => sum + row.quantity, 0)).toBe(21)
  expect(page.scans.every(row => row.operator.startsWith('人员'))).toBe(true)
  await stocktake('finance').cancel({ documentId })
})
