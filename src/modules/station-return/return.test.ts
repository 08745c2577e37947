// The return: which cards may come back, what the claim holds meanwhile, the inspection, and many at once.

import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { draw, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { createWorld, type Person, type World } from '../../../test/support/world.ts'
import { auditLedger } from '../../domain/ledger-audit.ts'

const face = 5_000
let world: World
let batch: MadeBatch
/** Cards 0 to 39 are with station 1, of which 30 to 39 with a seller; 40 to 49 with station 2; the rest with the county. */
beforeEach(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 60 })
  await draw(world, 'station1', batch, { from: 0, quantity: 40 })
  await draw(world, 'station2', batch, { from: 40, quantity: 10 })
  await sell(30, 39)
})
afterEach(async () => {
  expect((await auditLedger(world.db)).differences).toEqual([])
  await world.close()
})

const station = (who: Person = 'station1') => world.as(who).stationReturn
const finance = () => world.as('finance').stationReturn
const county = () => world.as('card').stationReturn
const range = (first: number, last: number) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
const sender = { name: '送卡员', staffNo: 'L-9' }
const form = (...ranges: [number, number][]) => ({
  ranges: ranges.map(([first, last]) => range(first, last)),
  reason: 'slow' as const,
  sender,
})
const create = (...ranges: [number, number][]) => station().create(form(...ranges))
const submit = async (...ranges: [number, number][]) => station().submit(await create(...ranges))
async function approve(...ranges: [number, number][]) {
  const { documentId, version } = await submit(...ranges)
  return county().approve({ documentId, version })
}
const prepare = async (...ranges: [number, number][]) => {
  const { documentId } = await finance().prepare({ documentId: (await approve(...ranges)).documentId })
  return documentId
}
const sell = (first: number, last: number) =>
  world.as('station1').sellerPurchase.execute({
    sellerId: world.places.sellers[0],
    ranges: [range(first, last)],
    payment: { method: 'cash', amountFen: (last - first + 1) * face },
    jointCheck: { confirmed: 'paper' },
  })
const claims = async () => (await world.db.selectFrom('claim').selectAll().execute()).length
const stateOf = async (place: number) => (await world.as('finance').card.get({ serial: batch.serial(place) })).state

test('cards come back: applied for, approved, inspected, in the stock of the county, to be issued again', async () => {
  const documentId = await prepare([0, 4], [10, 14])
  const scanned = await finance().scan({ documentId, good: [range(0, 4), range(10, 14)] })
  expect(scanned).toMatchObject({ state: 'inspecting', applied: 10, good: 10, bad: 0, missing: 0 })
  expect(await finance().takeIn({ documentId })).toMatchObject({ state: 'takenIn', quantity: 10, left: 0 })
  expect([await stateOf(0), await stateOf(5), await stateOf(14)]).toEqual(['county', 'station', 'county'])
  expect(await claims()).toBe(0)
  expect((await county().list({ kind: 'FS' })).documents).toMatchObject([
    { state: 'done', reason: 'slow', sender: '送卡员', appliedQuantity: 10, receivedQuantity: 10, goodQuantity: 10 },
  ])
  const { head, applied, inspection } = await station().get({ kind: 'FK', documentId })
  expect(head).toMatchObject({ state: 'takenIn', quantity: 10, executor: '人员 finance' })
  expect([applied.length, inspection?.inspector?.staffNo]).toEqual([2, 'N-finance'])
  await draw(world, 'station2', batch, { from: 0, quantity: 5 })
})

test('only intact cards that this station drew and now holds, free, can be applied for', async () => {
  await expect(submit([0, 2], [2, 3])).rejects.toMatchObject({ code: 'rangesNotMovable' })
  await expect(submit([45, 46])).rejects.toMatchObject({ code: 'FS01', details: { about: 'station 柳河供电所' } })
  await expect(submit([52, 53])).rejects.toMatchObject({ code: 'FS01', details: { about: 'county 青河县' } })
  await expect(submit([34, 35])).rejects.toMatchObject({
    code: 'FS03',
    details: { quantity: 2, about: 'seller 售卡员1' },
  })
  await expect(submit([59, 60])).rejects.toMatchObject({ code: 'rangesNotMovable' })
  const noSender = await station().create({ ...form([0, 1]), sender: null })
  await expect(station().submit(noSender)).rejects.toMatchObject({ code: 'C11' })
  const frozen = { firstSerial: batch.stored(7), lastSerial: batch.stored(7) }
  await world.db
    .insertInto('cardFreeze')
    .values({ countyId: 1, documentId: batch.documentId, ...frozen, reason: '挂失' })
    .execute()
  await expect(submit([5, 9])).rejects.toMatchObject({ code: 'C08' })
  // A seller changed stations: what it gives back to the new one was drawn by the old one.
  await world.db
    .updateTable('cardRange')
    .set({ holderId: world.places.stations[1] })
    .where('holderId', '=', world.places.stations[0])
    .where('lastSerial', '=', batch.stored(29))
    .execute()
  const foreign = await station('station2').create(form([20, 21], [48, 49]))
  await expect(station('station2').submit(foreign)).rejects.toMatchObject({
    code: 'FS02',
    details: { n: 2, ranges: [`${batch.serial(20)}-${batch.serial(21)}→城关供电所`] },
  })
  await world.db
    .updateTable('cardRange')
    .set({ holderId: world.places.stations[0] })
    .where('lastSerial', '=', batch.stored(29))
    .execute()
  expect(await claims()).toBe(0)
})

test('from submission on the cards are taken, until the document ends or comes back', async () => {
  const first = await submit([0, 9])
  await expect(sell(9, 10)).rejects.toMatchObject({
    code: 'C07',
    details: { quantity: 1, about: first.documentNo },
  })
  await expect(submit([5, 12])).rejects.toMatchObject({ code: 'C07' })
  await station().withdraw({ documentId: first.documentId })
  await sell(9, 9)
  await expect(station().submit({ documentId: first.documentId })).rejects.toMatchObject({ code: 'FS03' })
  await station().update({ documentId: first.documentId, ...form([0, 8]) })
  const { documentId, version } = await station().submit({ documentId: first.documentId })
  await expect(county().reject({ documentId, version, note: ' ' })).rejects.toMatchObject({ code: 'C06' })
  await county().reject({ documentId, version, note: '不必' })
  expect(await claims()).toBe(0)
  await station().cancel({ documentId })
  const draft = await create([0, 1])
  await station().discard(draft)

  // Not collected in time: nothing, and free again, with the inspection that was under way.
  const issue = await prepare([0, 3])
  world.setNow(new Date(Date.now() + 9 * 86_400_000))
  await expect(finance().takeIn({ documentId: issue })).rejects.toMatchObject({ code: 'C14' })
  expect(await world.as('worker').stationDraw.expireDue({})).toEqual({ expired: 1 })
  expect((await finance().get({ kind: 'FK', documentId: issue })).head.state).toBe('cancelled')
  expect((await county().list({ kind: 'FS', states: ['expired'] })).documents).toHaveLength(1)
  expect(await claims()).toBe(0)
})

test('what came is compared with what was applied for; bad cards are decided on and stay with the station', async () => {
  const documentId = await prepare([0, 9])
  await expect(finance().scan({ documentId, good: [range(2, 11)] })).rejects.toMatchObject({
    code: 'FK01',
    details: {
      a: 10,
      b: 10,
      missing: [`${batch.serial(0)}-${batch.serial(1)}`],
      extra: [`${batch.serial(10)}-${batch.serial(11)}`],
    },
  })
  const bad = { ...range(3, 4), reason: 'soiled' as const }
  await expect(finance().scan({ documentId, good: [range(0, 9)], bad: [bad] })).rejects.toMatchObject({
    code: 'notOfThisDocument',
  })
  const good = [range(0, 2), range(5, 7)]
  expect(await finance().scan({ documentId, good, bad: [bad] })).toMatchObject({ good: 6, bad: 2, missing: 2 })
  await expect(finance().takeIn({ documentId })).rejects.toMatchObject({ code: 'FK02', details: { n: 2 } })
  await finance().scan({ documentId, good, bad: [{ ...bad, treatment: 'exclude' }] })
  await expect(finance().takeIn({ documentId })).rejects.toMatchObject({ code: 'FK01', details: { a: 10, b: 8 } })
  const taken = await finance().takeIn({ documentId, withoutMissing: true })
  expect(taken).toMatchObject({ state: 'partlyTakenIn', quantity: 6, left: 4 })
  expect([await stateOf(2), await stateOf(3), await stateOf(9)]).toEqual(['county', 'station', 'station'])
  expect(await claims()).toBe(0)
  await sell(8, 9)
  const unfit = await prepare([3, 4])
  await finance().scan({ documentId: unfit, good: [range(3, 3)], bad: [{ ...bad, ...range(4, 4), treatment: 'void' }] })
  expect(await finance().takeIn({ documentId: unfit })).toMatchObject({ state: 'partlyTakenIn', quantity: 1, left: 1 })
  const drafts = await world.db.selectFrom('document').selectAll().where('kind', '=', 'ZF').execute()
  expect(drafts).toMatchObject([{ state: 'draft', parentId: unfit }])
  expect(await stateOf(4)).toBe('station')

  const whole = await prepare([10, 12])
  await expect(finance().takeIn({ documentId: whole, withoutMissing: true })).rejects.toMatchObject({ code: 'C04' })
  await expect(finance().sendBack({ documentId: whole, note: '' })).rejects.toMatchObject({ code: 'C11' })
  expect(await finance().sendBack({ documentId: whole, note: '与申请不符' })).toMatchObject({ state: 'sentBack' })
  expect(await claims()).toBe(0)
})

test('no one approves their own application or takes in what they approved; one inspection at a time', async () => {
  const { documentId, version } = await submit([0, 4])
  const self = { ...world.actor('card'), staffNo: world.actor('station1').staffNo }
  await expect(world.as(self).stationReturn.approve({ documentId, version })).rejects.toMatchObject({ code: 'C01' })
  await county().approve({ documentId, version })
  const approver = { ...world.actor('finance'), staffNo: world.actor('card').staffNo }
  await expect(world.as(approver).stationReturn.prepare({ documentId })).rejects.toMatchObject({ code: 'C02' })
  const slip = await finance().prepare({ documentId })
  await finance().scan({ documentId: slip.documentId, good: [range(0, 4)] })
  await expect(world.as(approver).stationReturn.takeIn({ documentId: slip.documentId })).rejects.toMatchObject({
    code: 'C02',
  })
  await expect(finance().prepare({ documentId })).rejects.toMatchObject({ code: 'returnOpen' })
  await finance().cancelReturn({ documentId: slip.documentId })
  expect(await claims()).toBe(1)
  const again = await finance().prepare({ documentId })
  await finance().scan({ documentId: again.documentId, good: [range(0, 4)] })
  await finance().takeIn({ documentId: again.documentId })
})

test("another station's application or return is not there, whatever is asked", async () => {
  const draft = await create([0, 1])
  const pending = await submit([2, 3])
  const slip = await prepare([4, 5])
  const other = station('station2')
  const calls = [draft, pending].flatMap(({ documentId }) => [
    () => other.get({ kind: 'FS', documentId }),
    () => other.update({ documentId, ...form([40, 41]) }),
    () => other.submit({ documentId }),
    () => other.withdraw({ documentId, version: 99 }),
    () => other.cancel({ documentId }),
    () => other.discard({ documentId }),
  ])
  calls.push(() => other.get({ kind: 'FK', documentId: slip }))
  for (const [place, call] of calls.entries()) {
    await expect(call(), `call ${place}`).rejects.toMatchObject({ code: 'documentNotFound' })
  }
  expect((await other.list({ kind: 'FS' })).documents).toEqual([])
  expect((await other.list({ kind: 'FK' })).counts).toEqual([])
})

test('overlapping applications, sales and takings at once: each card goes one way', async () => {
  const drafts = await Promise.all([create([0, 9]), create([5, 14]), create([8, 19])])
  const outcomes = await Promise.allSettled([
    ...drafts.map(draft => station().submit({ documentId: draft.documentId })),
    sell(4, 12),
  ])
  const won = outcomes.filter(outcome => outcome.status === 'fulfilled')
  expect(won.length).toBeGreaterThanOrEqual(1)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') {
      expect(['C07', 'FS03', 'FS01', 'SK05', 'rangesNotMovable']).toContain(outcome.reason.code)
    }
  }
  const overlap = await sql<{ n: number }>`
    select count(*)::int as n from claim c join card_range r on int8range(c.first_serial, c.last_serial, '[]') && int8range(r.first_serial, r.last_serial, '[]')
    where r.state = 'seller'`.execute(world.db)
  expect(overlap.rows[0]?.n).toBe(0)

  // Two of finance take the same return in at once: one does.
  const documentId = await prepare([20, 29])
  await finance().scan({ documentId, good: [range(20, 29)] })
  const takings = await Promise.allSettled(
    (['finance', 'finance2', 'finance'] as const).map(who => world.as(who).stationReturn.takeIn({ documentId })),
  )
  expect(takings.filter(taking => taking.status === 'fulfilled')).toHaveLength(1)
})
