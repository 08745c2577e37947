// The custody register: what comes in, moves between keepers, and is destroyed before two witnesses; by range, with its history.

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stockedBatch } from '../../../test/support/card-steps.ts'
import { createMaker, type MadeBatch, makeBatch } from '../../../test/support/maker.ts'
import { executedVoid, keeper, custody as place } from '../../../test/support/void-steps.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { auditLedger } from '../../domain/ledger-audit.ts'

let world: World
let batch: MadeBatch
let first: number
let second: number
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 60 })
  first = (await executedVoid(world, 'finance2', [range(0, 9)], 10)).documentId
  second = (await executedVoid(world, 'finance2', [range(20, 24)], 5)).documentId
})
afterAll(() => world.close())

const range = (first: number, last = first) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
const custody = () => world.as('finance').custody
const other = { name: '新保管员', staffNo: 'K-2' }
const witnesses = [
  { name: '见证甲', staffNo: 'W-1' },
  { name: '见证乙', staffNo: 'W-2' },
]
const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(world.now())
const how = () => ({ on: today(), method: '粉碎', witnesses, supervisor: { name: '监销人', staffNo: 'W-3' } })
const rows = async (filter: object = {}) =>
  (await custody().list(filter)).rows.map(row => [row.firstSerial, row.quantity, row.location, row.keeperNo])
const state = async (documentId: number) => (await world.as('finance').cardVoid.get({ documentId })).head.state

test('cards move by range, both keepers named, and the register keeps what was', async () => {
  const move = (firstCard: number, lastCard: number, fromKeeper = keeper) =>
    custody().move({ ranges: [range(firstCard, lastCard)], fromKeeper, location: '二楼库房', keeper: other })
  await expect(move(3, 5, other)).rejects.toMatchObject({ code: 'wrongKeeper', details: { staffNo: 'K-1' } })
  await expect(move(8, 12)).rejects.toMatchObject({
    code: 'notInCustody',
    details: { n: 3, faults: [`GAP ${batch.serial(10)}-${batch.serial(12)} 3`] },
  })
  expect(await move(3, 5)).toMatchObject({ quantity: 3 })
  // Two pieces of one row at once.
  await custody().move({ ranges: [range(0, 0), range(8, 9)], fromKeeper: keeper, location: '一楼', keeper: other })
  expect(await rows({ documentId: first })).toEqual([
    [batch.serial(0), 1, '一楼', 'K-2'],
    [batch.serial(1), 2, '县库 3 号柜', 'K-1'],
    [batch.serial(3), 3, '二楼库房', 'K-2'],
    [batch.serial(6), 2, '县库 3 号柜', 'K-1'],
    [batch.serial(8), 2, '一楼', 'K-2'],
  ])
  expect(await rows({ keeper: 'K-2', location: '二楼' })).toEqual([[batch.serial(3), 3, '二楼库房', 'K-2']])
  expect(await rows({ serial: batch.serial(6) })).toHaveLength(1)
  expect(await rows({ afterSerial: batch.serial(6), limit: 1 })).toEqual([[batch.serial(8), 2, '一楼', 'K-2']])
  const { events } = await custody().history({ serial: batch.serial(4) })
  expect(events).toMatchObject([
    { kind: 'moved', fromKeeper: '保管员', toKeeper: '新保管员', fromLocation: '县库 3 号柜', toLocation: '二楼库房' },
    { kind: 'taken', fromKeeper: null, toKeeper: '保管员' },
  ])
})

test('two witnesses, neither of them a keeper nor each other; then the void is destroyed with its last card', async () => {
  const destroy = (firstCard: number, lastCard: number, more: object = {}) =>
    custody().destroy({ ranges: [range(firstCard, lastCard)], ...how(), ...more })
  const [one, two] = witnesses
  const wrong = [
    [one],
    [],
    [one, { ...one, name: '化名' }],
    [one, keeper],
    [other, two],
    [one, { name: 'x', staffNo: 'k-1' }],
  ]
  for (const witnesses of wrong) await expect(destroy(0, 9, { witnesses })).rejects.toMatchObject({ code: 'ZF04' })
  for (const on of ['2999-01-01', '2020-01-01']) {
    await expect(destroy(0, 9, { on })).rejects.toMatchObject({ code: 'destructionDay', details: { to: today() } })
  }
  await expect(destroy(0, 10)).rejects.toMatchObject({ code: 'notInCustody' })
  expect(await state(first)).toBe('voided')

  const part = await destroy(0, 6)
  expect([part.quantity, part.destroyedDocuments, await state(first)]).toEqual([7, [], 'voided'])
  await expect(destroy(6, 7)).rejects.toMatchObject({ code: 'notInCustody', details: { n: 1 } })
  const rest = await custody().destroy({ ...how(), ranges: [range(7, 9), range(20, 24)] })
  expect(rest).toMatchObject({ quantity: 8, destroyedDocuments: [first, second] })
  expect([await state(first), await state(second)]).toEqual(['destroyed', 'destroyed'])
  expect(await rows({ state: 'kept' })).toEqual([])

  const list = await world.as('card').custody.destruction({ destructionId: rest.destructionId })
  expect(list).toMatchObject({
    quantity: 8,
    amountFen: 40_000,
    operator: '人员 finance',
    how: { method: '粉碎', witnesses, supervisor: { name: '监销人' } },
  })
  expect(list.lines.map(line => [line.firstSerial, line.source, line.keeper])).toEqual([
    [batch.serial(7), 'void', '保管员'],
    [batch.serial(8), 'void', '新保管员'],
    [batch.serial(20), 'void', '保管员'],
  ])
  await expect(custody().destruction({ destructionId: 999 })).rejects.toMatchObject({ code: 'destructionNotFound' })
  expect((await auditLedger(world.db)).differences).toEqual([])
})

test('destructions and moves of the same cards at once: each card is destroyed once, the register stays whole', async () => {
  const { documentId } = await executedVoid(world, 'finance2', [range(30, 49)], 20)
  const acts = Array.from({ length: 8 }, (_, n) =>
    n % 2 === 0
      ? custody().destroy({ ranges: [range(30 + n * 2, 35 + n * 2)], ...how() })
      : custody().move({ ranges: [range(30 + n * 2, 33 + n * 2)], fromKeeper: keeper, location: `架 ${n}`, keeper }),
  )
  for (const outcome of await Promise.allSettled(acts)) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'notInCustody' })
  }
  const { rows: sums } = await sql<{ cards: number; destroyed: number }>`
    select sum(last_serial - first_serial + 1)::int as cards,
      (select sum(r.last_serial - r.first_serial + 1) from custody_event e join custody_event_range r using (county_id, event_id)
        where kind = 'destroyed' and r.document_id = ${documentId})::int
      - sum(last_serial - first_serial + 1) filter (where destroyed_at is not null)::int as destroyed
    from custody where document_id = ${documentId}`.execute(world.db)
  expect(sums).toEqual([{ cards: 20, destroyed: 0 }])
})

test('rejected numbers that are here are registered once and destroyed like void cards', async () => {
  const maker = await createMaker(world, '另一卡厂')
  const made = await makeBatch(world, maker, { quantity: 10 })
  const card = world.as('card').stockIn
  const { documentId } = await card.create({ batchId: made.documentId, deliveryNo: 1 })
  const { jobId } = await card.upload({ documentId, fileId: await world.upload(await maker.deliver(made.documentId)) })
  await world.jobDone(jobId)
  const bad = { firstSerial: made.serial(2), lastSerial: made.serial(4) }
  await card.inspect({ documentId, exceptions: [{ ...bad, reason: '污损' }] })
  const { version } = await card.submit({ documentId })
  await world.as('finance').stockIn.accept({ documentId, version, confirm: '拒收' })
  const register = (ranges: object[]) => custody().register({ ranges: ranges as (typeof bad)[], ...place })
  const good = { firstSerial: made.serial(1), lastSerial: made.serial(2) }
  await expect(register([good])).rejects.toMatchObject({ code: 'notRejected' })
  expect(await register([bad])).toEqual({ quantity: 3 })
  await expect(register([bad])).rejects.toMatchObject({ code: 'notRejected' })
  expect(await rows({ source: 'rejected', documentId })).toEqual([[made.serial(2), 3, '县库 3 号柜', 'K-1']])
  expect(await custody().destroy({ ranges: [bad], ...how() })).toMatchObject({ quantity: 3, destroyedDocuments: [] })
  expect((await auditLedger(world.db)).differences).toEqual([])
})

test('the database keeps the register by itself', async () => {
  const insert = (firstCard: number) =>
    sql`
    insert into custody (county_id, source, document_id, first_serial, last_serial, face_value_fen, location, keeper, kept_since)
    values (1, 'void', ${first}, ${batch.stored(firstCard)}, ${batch.stored(firstCard)}, 5000, 'x', 'x', now())`.execute(
      world.db,
    )
  await expect(insert(55)).rejects.toThrow('only void or rejected')
  await expect(insert(0)).rejects.toThrow('custody_apart')
  await expect(sql`update custody set destroyed_at = null, destruction = null`.execute(world.db)).rejects.toThrow(
    'destroyed stays',
  )
  await expect(sql`delete from custody_event`.execute(world.db)).rejects.toThrow('append-only')
})
