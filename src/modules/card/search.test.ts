// Searches of cards, movements, recharges, calls, postings and documents in a small world whose answers are known.

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { failRecharge, rechargeNow, succeedRecharge } from '../../domain/recharge.ts'

let world: World
let batch: MadeBatch
const posted = { transactionSerial: '', misRef: 'MIS-1', settleDate: '20260101', postedAt: '', notices: [] }

beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 100 })
  await stockedBatch(world, { quantity: 20, faceValueFen: 10_000 })
  await draw(world, 'station1', batch, { from: 0, quantity: 60 })
  await draw(world, 'station2', batch, { from: 60, quantity: 10 })
  await sell(0, 29)
  for (const place of [3, 4, 5]) await accept(place)
  await world.inTransaction(async tx => succeedRecharge(tx, await rechargeNow(tx, 1, 1), posted))
  await world.inTransaction(async tx => failRecharge(tx, await rechargeNow(tx, 1, 2), 'accountNotFound'))
  await world.db
    .insertInto('cardFreeze')
    .values({
      countyId: 1,
      documentId: batch.documentId,
      firstSerial: batch.stored(8),
      lastSerial: batch.stored(11),
      reason: '挂失',
    })
    .execute()
  await sql`insert into card_try (county_id, serial, wrong_count, locked_at) values (1, ${batch.stored(20)}, 5, now())`.execute(
    world.db,
  )
})
afterAll(() => world.close())

const sell = (first: number, last: number) =>
  world.as('station1').sellerPurchase.execute({
    sellerId: world.places.sellers[0],
    ranges: [{ firstSerial: batch.serial(first), lastSerial: batch.serial(last) }],
    payment: { method: 'cash', amountFen: (last - first + 1) * 5_000 },
    jointCheck: { confirmed: 'paper' },
  })
const accept = (place: number) =>
  world.as('hotline').recharge.accept(
    {
      serial: batch.serial(place),
      pin: world.services.pins.draw(batch.stored(place), 12),
      accountNo: '4101000001',
      channel: 'voice',
      caller: '13812345678',
      callId: null,
    },
    { key: String(place) },
  )

type CardQuery = Parameters<ReturnType<World['as']>['card']['search']>[0]
async function found(query: CardQuery, who: 'finance' | 'station1' | 'station2' = 'finance') {
  const { rows } = await world.as(who).card.search(query)
  const place = (serial: string) =>
    Array.from({ length: 100 }, (_, n) => n).find(n => batch.serial(n) === serial) ?? serial
  return rows.map(row => `${place(row.firstSerial)}-${place(row.lastSerial)} ${row.state} ${row.quantity}`)
}

test('ranges with counts, less the cards that were used', async () => {
  expect(await found({ batchId: batch.documentId })).toEqual([
    '0-29 seller 29',
    '30-59 station 30',
    '60-69 station 10',
    '70-99 county 30',
  ])
  const { rows, totals, facets } = await world
    .as('finance')
    .card.search({ count: true, sort: 'quantity', direction: 'desc' })
  expect(rows.map(row => row.quantity)).toEqual([30, 30, 29, 20, 10])
  expect(totals).toEqual({ count: 5, sums: { quantity: 119, amountFen: 99 * 5_000 + 20 * 10_000 } })
  expect(facets).toEqual([
    { value: 'county', count: 2 },
    { value: 'station', count: 2 },
    { value: 'seller', count: 1 },
  ])
  const [sold] = (await world.as('finance').card.search({ states: ['seller'] })).rows
  expect(sold).toMatchObject({ usedQuantity: 1, heldQuantity: 1, frozenQuantity: 4, lockedQuantity: 1 })
})

test('ranges are cut to what is asked; conditions of single cards give single cards', async () => {
  expect(await found({ firstSerial: batch.serial(25), lastSerial: batch.serial(34) })).toEqual([
    '25-29 seller 5',
    '30-34 station 5',
  ])
  expect(await found({ frozen: true })).toEqual(['8-11 seller 4'])
  expect(await found({ frozen: false, states: ['seller'] })).toEqual(['0-7 seller 7', '12-29 seller 18'])
  expect(await found({ locked: true })).toEqual(['20-20 seller 1'])
  expect(await found({ locked: false, states: ['seller'], firstSerial: batch.serial(19) })).toEqual([
    '19-19 seller 1',
    '21-29 seller 9',
  ])
  expect(await found({ held: true })).toEqual(['5-5 seller 1'])
  expect(await found({ states: ['used'] })).toEqual(['3-3 used 1'])
  expect(await found({ states: ['used', 'county'], faceValueFen: 5_000 })).toEqual(['3-3 used 1', '70-99 county 30'])
  expect(await found({ serial: batch.serial(3) })).toEqual(['3-3 used 1'])
  expect(await found({ serial: batch.serial(3), states: ['seller'] })).toEqual([])
  expect(await found({ expired: true })).toEqual([])
  expect(await found({ expiresTo: '2026-01-01' })).toEqual([])
  await expect(found({ serial: '001000000000' })).rejects.toMatchObject({ code: 'badSerial' })
})

test('a station sees its own and its sellers, whatever it asks for', async () => {
  expect(await found({}, 'station1')).toEqual(['0-29 seller 29', '30-59 station 30'])
  expect(await found({ serial: batch.serial(60) }, 'station1')).toEqual([])
  expect(await found({ states: ['used'] }, 'station2')).toEqual([])
  const { rows } = await world.as('station2').movement.search({})
  expect(rows.map(row => [row.kind, row.toHolder])).toEqual([
    ['accept', '柳河供电所'],
    ['draw', '柳河供电所'],
  ])
  expect((await world.as('station2').recharge.search({})).rows).toEqual([])
  expect((await world.as('station1').recharge.search({})).rows).toHaveLength(3)
  const documents = (await world.as('station2').document.search({})).rows
  expect(documents.map(({ kind }) => kind).sort()).toEqual(['CK', 'LS'])
})

test('pages neither miss nor repeat a row while new ones come in', async () => {
  const seen: number[] = []
  let after: string | undefined
  for (;;) {
    const { rows, next } = await world
      .as('finance')
      .movement.search({ limit: 2, ...(after === undefined ? {} : { after }) })
    seen.push(...rows.map(row => row.movementId))
    if (seen.length === 4) await sell(30, 34)
    if (next === null) break
    after = next
  }
  expect(seen).toEqual([...seen].sort((a, b) => b - a))
  expect(new Set(seen).size).toBe(7)
  await expect(world.as('finance').movement.search({ after: 'nonsense' })).rejects.toMatchObject({ code: 'badCursor' })
  await expect(world.as('finance').movement.search({ after: after ?? '', sort: 'quantity' })).rejects.toMatchObject({
    code: 'badCursor',
  })
  const forged = Buffer.from(JSON.stringify(['at', 'desc', 'now', "1'"])).toString('base64url')
  await expect(world.as('finance').movement.search({ after: forged })).rejects.toMatchObject({ code: 'badCursor' })
})

test('every sort of every list runs, in both directions and over its pages', async () => {
  const finance = world.as('finance')
  const searches = [
    [finance.card.search, ['firstSerial', 'expiresOn', 'faceValueFen', 'quantity', 'holderName']],
    [finance.document.search, ['createdAt', 'submittedAt', 'since', 'documentNo', 'quantity', 'amountFen']],
    [finance.movement.search, ['at', 'quantity', 'amountFen', 'firstSerial']],
    [finance.recharge.search, ['acceptedAt', 'amountFen', 'stateAt']],
    [finance.call.search, ['startedAt', 'durationSeconds']],
    [finance.posting.list, ['createdAt', 'tries', 'amountFen']],
  ] as const
  for (const [search, sorts] of searches) {
    for (const sort of sorts) {
      for (const direction of ['asc', 'desc'] as const) {
        const all = await search({ sort, direction, limit: 200, count: true })
        const paged: unknown[] = []
        for (let after: string | undefined; ; ) {
          const page = await search({ sort, direction, limit: 1, ...(after === undefined ? {} : { after }) })
          paged.push(...page.rows)
          if (page.next === null) break
          after = page.next
        }
        expect(paged, sort).toEqual(all.rows)
        expect(all.totals?.count).toBe(all.rows.length)
      }
    }
  }
})

test('recharges and postings by any field; numbers of persons are masked', async () => {
  const search = world.as('finance').recharge.search
  const { rows, totals, facets } = await search({ accountNo: '4101000001', caller: '13812345678', count: true })
  expect(rows).toHaveLength(3)
  expect(totals).toEqual({ count: 3, sums: { amountFen: 15_000 } })
  expect(facets?.map(({ value }) => value).sort()).toEqual(['failed', 'initial', 'succeeded'])
  expect(rows[0]).toMatchObject({
    accountNo: '410*****01',
    caller: '138****5678',
    sellerName: '售卡员1',
    stationName: '城关供电所',
  })
  expect(rows[0]?.serial).toMatch(/^\d{4}\*{4}\d{4}$/)
  const [good] = (await search({ states: ['succeeded'] })).rows
  expect((await search({ transactionSerial: good?.transactionSerial })).rows).toHaveLength(1)
  expect((await search({ serial: batch.serial(4) })).rows).toMatchObject([
    { state: 'failed', reason: 'accountNotFound' },
  ])
  expect((await search({ holderId: world.places.stations[0] })).rows).toHaveLength(3)
  expect((await search({ holderId: world.places.stations[1] })).rows).toEqual([])
  expect((await search({ fromDay: '2020-01-01', toDay: '2020-01-02' })).rows).toEqual([])
  const { rows: open } = await world.as('finance').posting.list({ states: ['open'], minTries: 0, owed: false })
  expect(open).toMatchObject([{ state: 'open', tries: 0 }, {}, {}])
  const one = { kind: 'recharge', id: String(rows[0]?.rechargeId), reason: '客户核对' } as const
  expect(await world.as('finance').sensitive.read(one)).toMatchObject({
    serial: batch.serial(5),
    accountNo: '4101000001',
    phone: '13812345678',
  })
  await expect(world.as('station1').sensitive.read(one)).rejects.toMatchObject({ code: 'notAllowed' })
  const logged = await world.db
    .selectFrom('audit')
    .select(['outcome', 'details'])
    .where('operation', '=', 'sensitive.read')
    .execute()
  expect(logged).toMatchObject([{ outcome: 'read', details: { reason: '客户核对' } }, { outcome: 'notAllowed' }])
})

test('documents of all kinds by the fields they share', async () => {
  const search = world.as('finance').document.search
  const kinds = async (query: Parameters<typeof search>[0]) => (await search(query)).rows.map(row => row.kind).sort()
  expect(await kinds({ containsSerial: batch.serial(10) })).toEqual(['CK', 'LS', 'RK', 'SK', 'ZK'])
  expect(await kinds({ kinds: ['SK'], amountFrom: 150_000 })).toEqual(['SK'])
  expect(await kinds({ kinds: ['SK'], amountFrom: 150_001 })).toEqual([])
  expect(await kinds({ faceValueFen: 10_000 })).toEqual(['RK', 'ZK'])
  expect(await kinds({ person: '人员 station2' })).toEqual(['LS'])
  const { facets } = await search({ kinds: ['CK', 'LS'], states: ['done'], count: true })
  expect(facets).toEqual([
    { value: 'accepted', count: 2 },
    { value: 'done', count: 2 },
  ])
})
