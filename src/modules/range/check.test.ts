// Range entry: every fault of the design at once, quantities against what is wanted, and the time for 100,000 cards.

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, receiver, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { createWorld, type World } from '../../../test/support/world.ts'

let world: World
let batch: MadeBatch
let other: MadeBatch
/** 50 yuan: 0–39 station 1, of which 30–39 sold; 40–44 claimed by an issue; 45–46 frozen; the rest the county's. */
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 60 })
  other = await stockedBatch(world, { quantity: 20, faceValueFen: 10_000 })
  await draw(world, 'station1', batch, { from: 0, quantity: 40 })
  await world.as('station1').sellerPurchase.execute({
    sellerId: world.places.sellers[0],
    ranges: [range(30, 39)],
    payment: { method: 'cash', amountFen: 50_000 },
    jointCheck: { confirmed: 'paper' },
  })
  await world.db
    .insertInto('cardFreeze')
    .values({
      countyId: 1,
      documentId: batch.documentId,
      firstSerial: batch.stored(45),
      lastSerial: batch.stored(46),
      reason: '盘亏',
    })
    .execute()
})
afterAll(() => world.close())

const range = (first: number, last: number) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
const text = (first: number, last: number, of = batch) => ({ text: `${of.serial(first)}–${of.serial(last)}` })
const check = (
  input: Partial<Parameters<ReturnType<World['as']>['range']['check']>[0]>,
  who: 'finance' | 'station1' | 'station2' = 'finance',
) => world.as(who).range.check({ kind: 'CK', lines: [], ...input })

async function issueOf(first: number, quantity: number) {
  const created = await world.as('station2').stationDraw.create({
    lines: [{ faceValueFen: 5_000, quantity }],
    receiver,
  })
  const { documentId, version } = await world.as('station2').stationDraw.submit(created)
  await world.as('card').stationDraw.approve({ documentId, version })
  const issue = await world.as('finance').stationDraw.prepare({ documentId })
  await world
    .as('finance')
    .stationDraw.scan({ documentId: issue.documentId, ranges: [range(first, first + quantity - 1)] })
  return issue
}

test('every fault arrives together, by code with its count, and every piece in its line', async () => {
  const issue = await issueOf(40, 5)
  const last = batch.stored(59)
  const lines = [
    { text: '卡号看不清' },
    text(38, 47),
    text(47, 50),
    text(58, 59),
    { text: `${String(last % 100_000_000).padStart(8, '0')}+1` },
    { ...text(0, 1, other), faceValueFen: 5_000 },
    { text: `${batch.serial(55)}–${batch.serial(54)}` },
  ]
  const wanted = [{ faceValueFen: 5_000, quantity: 20 }]
  const found = await check({ lines, wanted })
  const group = (code: string) => found.faults.find(one => one.code === code)
  expect(found.faults.map(({ code, quantity }) => `${code} ${quantity}`)).toEqual([
    'BAD 1',
    'DUP 2',
    'BUSY 5',
    'STATE 2',
    'ATTR 2',
    'FACE 2',
    'LESS 12',
  ])
  expect([group('BAD')?.offered, group('DUP')?.offered, group('LESS')?.blocks]).toEqual([
    ['rescan'],
    ['merge', 'removeLine'],
    false,
  ])
  expect(found.blocking).toBe(6)
  const pieces = found.lines[1]?.pieces.map(one => `${one.code} ${one.quantity} ${one.detail} ${one.about}`.trim())
  expect(pieces).toEqual(['STATE 2  seller 售卡员1', `BUSY 5  ${issue.documentNo}`, 'ATTR 2 FROZEN 盘亏', 'OK 1'])
  expect(found.lines[2]?.pieces).toMatchObject([
    { code: 'DUP', quantity: 1, about: '2' },
    { code: 'OK', quantity: 3 },
  ])
  expect(found.lines[6]).toMatchObject({ swapped: true, firstSerial: batch.serial(54), quantity: 2 })
  expect(found.documents).toEqual([{ documentNo: issue.documentNo, state: 'toCheck', author: '人员 finance' }])
  // Usable: 47 (named twice), 48–50, 58, 59 (named twice), 54, 55; and nothing of the other face value.
  expect(found.faceValues).toEqual([
    { faceValueFen: 5_000, quantity: 8, amountFen: 40_000, wanted: 20, missing: 12, excess: 0 },
  ])
  // Its own issue is not in its own way.
  const own = await check({ documentId: issue.documentId, lines: [text(40, 44)] })
  expect(own).toMatchObject({ faults: [], quantity: 5, amountFen: 25_000, blocking: 0 })
})

test('too much, gaps, another holder, rejected numbers and cards on the road', async () => {
  const more = await check({ lines: [text(48, 50), text(0, 4, other)], wanted: [{ faceValueFen: 5_000, quantity: 2 }] })
  expect(more.faceValues).toMatchObject([
    { faceValueFen: 5_000, quantity: 3, excess: 1 },
    { faceValueFen: 10_000, quantity: 5, wanted: 0, excess: 5 },
  ])
  expect(more.faults).toMatchObject([{ code: 'MORE', quantity: 6, blocks: true, offered: ['shortenLast'] }])
  const beyond = other.stored(19) % 100_000_000
  const gap = await check({ lines: [{ text: `${String(beyond).padStart(8, '0')}+11` }] })
  expect(gap.faults).toMatchObject([{ code: 'GAP', quantity: 10 }])
  const held = await check({ kind: 'SK', lines: [text(0, 3), text(50, 51)] }, 'station1')
  expect(held.faults).toMatchObject([{ code: 'STATE', quantity: 2 }])
  const elsewhere = await check({ kind: 'FS', lines: [text(0, 3)] }, 'station2')
  expect(elsewhere.faults).toMatchObject([{ code: 'HOLD', quantity: 4, offered: ['viewCard', 'exclude'] }])
  expect(elsewhere.lines[0]?.pieces[0]?.about).toBe('station 城关供电所')
  // In a count that is only told.
  const counted = await check({ kind: 'PD', lines: [text(50, 51)], holderId: world.places.stations[0] }, 'station1')
  expect(counted.faults).toMatchObject([{ code: 'HOLD', quantity: 2, blocks: false }])
  expect(counted.blocking).toBe(0)
})

test('who asks decides whose cards count, and for which documents they may ask', async () => {
  const seller = world.places.sellers[0]
  expect(await check({ kind: 'TK', holderId: seller, lines: [text(30, 39)] }, 'station1')).toMatchObject({
    faults: [],
    quantity: 10,
  })
  await expect(check({ kind: 'TK', holderId: seller, lines: [] }, 'station2')).rejects.toMatchObject({
    code: 'wrongHolder',
  })
  await expect(check({ kind: 'CK' }, 'station1')).rejects.toMatchObject({ code: 'notAllowed' })
  await expect(check({ kind: 'SK' })).rejects.toMatchObject({ code: 'notAllowed' })
  await expect(check({ kind: 'FK', documentId: 1 })).rejects.toMatchObject({ code: 'documentNotFound' })
  expect((await check({ kind: 'ZF', lines: [text(30, 50)] })).faults.map(one => one.code)).toEqual(['BUSY'])
  expect((await check({ kind: 'ZF', lines: [text(29, 50)] }, 'station1')).faults.map(one => one.code)).toContain('HOLD')
})

test('the oldest free cards are suggested, past what is taken, frozen or entered', async () => {
  const suggest = (quantity: number, without: ReturnType<typeof range>[] = []) =>
    world.as('finance').range.suggest({ kind: 'CK', faceValueFen: 5_000, quantity, without })
  const parts = (found: Awaited<ReturnType<typeof suggest>>) =>
    found.ranges.map(one => [one.firstSerial, one.lastSerial, one.quantity])
  expect(parts(await suggest(5, [range(48, 49)]))).toEqual([
    [batch.serial(47), batch.serial(47), 1],
    [batch.serial(50), batch.serial(53), 4],
  ])
  expect(await suggest(20)).toMatchObject({ missing: 7 })
  const own = await world.as('station1').range.suggest({ kind: 'SK', faceValueFen: 5_000, quantity: 3 })
  expect(own.ranges).toMatchObject([{ firstSerial: batch.serial(0), quantity: 3 }])
})

test('100,000 cards in one range are one line and one look', async () => {
  // Beside the batch made above, as ranges alone: the check never reads single cards.
  const manufacturer = await world.db.selectFrom('batch').selectAll().limit(1).executeTakeFirstOrThrow()
  const first = 1_00_000_000 + 10_000_000
  const row = await world.inTransaction(async tx => {
    const { rows } = await sql<{ id: number }>`
      insert into document (county_id, kind, holder_id, author_id, state, document_no)
      values (1, 'ZK', ${world.places.county}, ${world.actor('card').operatorId}, 'done', 'ZK-big') returning document_id as id`.execute(
      tx,
    )
    const batchId = rows[0]?.id ?? 0
    const big = { firstSerial: first, lastSerial: first + 99_999 }
    await tx
      .insertInto('batch')
      .values({ ...manufacturer, ...big, batchId, quantity: 100_000, generatedAt: new Date() })
      .execute()
    await tx
      .insertInto('cardRange')
      .values({
        ...big,
        countyId: 1,
        batchId,
        faceValueFen: 5_000,
        state: 'county',
        holderId: world.places.county,
        expiresOn: '2099-12-31',
      })
      .execute()
    return big
  })
  const typed = [{ text: `${String(row.firstSerial % 100_000_000).padStart(8, '0')}+100000` }]
  const found = await check({ lines: typed, wanted: [{ faceValueFen: 5_000, quantity: 100_000 }] })
  expect(found).toMatchObject({ quantity: 100_000, amountFen: 500_000_000, faults: [], blocking: 0 })
  expect(found.lines[0]?.pieces).toHaveLength(1)
})
