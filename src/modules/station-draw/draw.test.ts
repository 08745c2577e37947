// The draw: what may be applied for, approved and issued, in which order, by whom, until when; and many at once.

import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { draw, receiver, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { createWorld, type Person, type World } from '../../../test/support/world.ts'
import { hashPassword } from '../../kernel/session.ts'

const stock = 100
const face = 5_000
let world: World
let batch: MadeBatch
beforeEach(async () => {
  world = await createWorld({ passwordHash: await hashPassword('right password') })
  batch = await stockedBatch(world, { quantity: stock })
})
afterEach(() => world.close())

const station = (who: Person) => world.as(who).stationDraw
const finance = () => world.as('finance').stationDraw
const county = () => world.as('card').stationDraw

const create = (who: Person, quantity: number) =>
  station(who).create({ lines: [{ faceValueFen: face, quantity }], receiver })
const submit = async (who: Person, quantity: number) => station(who).submit(await create(who, quantity))
async function approve(who: Person, quantity: number) {
  const { documentId, version } = await submit(who, quantity)
  return county().approve({ documentId, version })
}
const range = (first: number, last: number) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
async function picked(who: Person, first: number, quantity: number) {
  const application = await approve(who, quantity)
  const { documentId } = await finance().prepare({ documentId: application.documentId })
  await finance().scan({ documentId, ranges: [range(first, first + quantity - 1)] })
  return { application, documentId }
}
const availableFor = async (who: Person) => (await station(who).available({ faceValuesFen: [face] })).rows[0]
const freeze = (first: number, last: number) =>
  world.db
    .insertInto('cardFreeze')
    .values({
      countyId: 1,
      documentId: batch.documentId,
      firstSerial: batch.stored(first),
      lastSerial: batch.stored(last),
      reason: '盘亏',
    })
    .execute()
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000)

test('what is available: stock less blocked cards, each once, less what was applied for before', async () => {
  await submit('station2', 30)
  await submit('station1', 20)
  expect(await availableFor('station1')).toEqual({ faceValueFen: face, stock, others: 30, own: 20, available: 50 })
  expect(await availableFor('station3')).toEqual({ faceValueFen: face, stock, others: 50, own: 0, available: 50 })

  // Ten frozen, five of them twice and five of them claimed by another document as well: ten blocked and five claimed.
  await freeze(0, 9)
  await freeze(5, 9)
  const { rows } = await sql<{ id: number }>`
    insert into document (county_id, kind, holder_id, author_id)
    values (1, 'ZF', ${world.places.county}, ${world.actor('finance').operatorId}) returning document_id as id`.execute(
    world.db,
  )
  const documentId = rows[0]?.id ?? 0
  const claimed = { firstSerial: batch.stored(5), lastSerial: batch.stored(14) }
  await world.db
    .insertInto('claim')
    .values({ countyId: 1, documentId, ...claimed })
    .execute()
  expect(await availableFor('station3')).toMatchObject({ stock: 85, available: 35 })
  await sql`update card_range set expires_on = '2020-01-31'`.execute(world.db)
  expect(await availableFor('station3')).toMatchObject({ stock: 0, available: -50 })
})

test('cards picked for an issue count once, through its application', async () => {
  await picked('station1', 0, 40)
  expect(await availableFor('station2')).toMatchObject({ stock: 100, others: 40, available: 60 })
})

test('more than is available is refused with the figures; one sent again stands at the end of the line', async () => {
  const first = await submit('station1', 80)
  const second = await create('station2', 30)
  await expect(station('station2').submit(second)).rejects.toMatchObject({
    code: 'LS01',
    details: { v: '50.00', max: 20, a: 100, b: 80, c: 0 },
  })
  const back = await county().reject({ documentId: first.documentId, version: first.version, note: '太多' })
  await station('station2').submit({ documentId: second.documentId })
  await expect(station('station1').submit({ documentId: back.documentId })).rejects.toMatchObject({
    code: 'LS01',
    details: { max: 70, b: 30 },
  })
  await station('station1').update({
    documentId: back.documentId,
    lines: [{ faceValueFen: face, quantity: 70 }],
    receiver,
  })
  const again = await station('station1').submit({ documentId: back.documentId })
  expect(again.documentNo).toBe(first.documentNo)

  // A loss takes stock from under them: the later one is cut, the earlier one is not.
  await freeze(0, 19)
  await expect(county().approve({ documentId: again.documentId, version: again.version })).rejects.toMatchObject({
    code: 'LS04',
    details: { a: 70, b: 50 },
  })
  const less = [{ faceValueFen: face, approvedQuantity: 50 }]
  await expect(
    county().approve({ documentId: again.documentId, version: again.version, lines: less }),
  ).rejects.toMatchObject({ code: 'reductionReason' })
  await county().approve({ documentId: again.documentId, version: again.version, lines: less, note: '盘亏' })
  const { version } = (await county().get({ kind: 'LS', documentId: second.documentId })).head
  await county().approve({ documentId: second.documentId, version })
  expect(await availableFor('station3')).toMatchObject({ others: 80, available: 0 })
})

test('an application is checked before it is believed', async () => {
  const line = { faceValueFen: face, quantity: 1 }
  const make = station('station1').create
  await expect(make({ lines: [line, line], receiver })).rejects.toMatchObject({ code: 'LS02' })
  await expect(make({ lines: [{ ...line, faceValueFen: 777 }], receiver })).rejects.toMatchObject({ code: 'ZK02' })
  const nobody = await make({ lines: [line] })
  await expect(station('station1').submit(nobody)).rejects.toMatchObject({ code: 'LS06' })
  const { documentId, version } = await submit('station1', 10)
  await expect(
    county().approve({ documentId, version, lines: [{ faceValueFen: face, approvedQuantity: 11 }], note: 'x' }),
  ).rejects.toMatchObject({ code: 'LS03' })
  await expect(
    county().approve({ documentId, version, lines: [{ faceValueFen: face, approvedQuantity: 0 }], note: 'x' }),
  ).rejects.toMatchObject({ code: 'nothingApproved' })
  await expect(county().reject({ documentId, version, note: ' ' })).rejects.toMatchObject({ code: 'C06' })
  await expect(station('station2').withdraw({ documentId })).rejects.toMatchObject({ code: 'documentNotFound' })
  await station('station1').withdraw({ documentId })
  expect(await availableFor('station1')).toMatchObject({ own: 0, available: 100 })
  await station('station1').cancel({ documentId })
  await expect(station('station1').submit({ documentId })).rejects.toMatchObject({ code: 'documentState' })
})

test('picking, joint check and issue refuse what is not right, and an issue given up frees its cards', async () => {
  const application = await approve('station1', 10)
  const approver = { ...world.actor('finance'), staffNo: world.actor('card').staffNo }
  await expect(world.as(approver).stationDraw.prepare({ documentId: application.documentId })).rejects.toMatchObject({
    code: 'CK04',
  })
  const { documentId } = await finance().prepare({ documentId: application.documentId })
  await expect(finance().prepare({ documentId: application.documentId })).rejects.toMatchObject({ code: 'issueOpen' })
  await expect(finance().scan({ documentId, ranges: [range(0, 10)] })).rejects.toMatchObject({
    code: 'scannedTooMany',
    details: { v: '50.00', n: 11, m: 10 },
  })
  await expect(finance().scan({ documentId, ranges: [range(95, 104)] })).rejects.toMatchObject({
    code: 'rangesNotMovable',
    details: { faults: [`GAP ${batch.serial(100)}-${batch.serial(104)} 5`] },
  })
  const part = await finance().scan({ documentId, ranges: [range(0, 3)] })
  expect([part.state, part.faceValues[0]?.missing]).toEqual(['picking', 6])
  await expect(finance().issue({ documentId })).rejects.toMatchObject({ code: 'CK03' })

  // Another issue finds these cards taken; a part given up is free again.
  const other = await approve('station2', 5)
  const { documentId: otherIssue } = await finance().prepare({ documentId: other.documentId })
  await expect(finance().scan({ documentId: otherIssue, ranges: [range(3, 7)] })).rejects.toMatchObject({
    code: 'C07',
    details: { faults: [`BUSY ${batch.serial(3)}-${batch.serial(3)} 1 ${part.documentNo}`] },
  })
  const short = await finance().scan({ documentId, ranges: [range(0, 3)], shortReason: '破损' })
  expect(short.state).toBe('toCheck')
  await expect(finance().confirmCheck({ documentId, staffNo: 'X-9' })).rejects.toMatchObject({ code: 'wrongReceiver' })
  await finance().confirmCheck({ documentId, staffNo: receiver.staffNo })
  expect((await finance().scan({ documentId, ranges: [range(0, 9)] })).state).toBe('toCheck')
  await expect(finance().issue({ documentId })).rejects.toMatchObject({ code: 'CK03' })
  await finance().cancelIssue({ documentId })
  await finance().scan({ documentId: otherIssue, ranges: [range(3, 7)] })

  // Frozen after they were picked, they do not go out.
  await finance().confirmCheck({ documentId: otherIssue, staffNo: receiver.staffNo })
  await freeze(5, 5)
  await expect(finance().issue({ documentId: otherIssue })).rejects.toMatchObject({ code: 'C08' })
})

test('a short issue ends its application; the station alone accepts', async () => {
  const application = await approve('station1', 10)
  const { documentId } = await finance().prepare({ documentId: application.documentId })
  await finance().scan({ documentId, ranges: [range(0, 3), range(8, 9)], shortReason: '破损' })
  await finance().confirmCheck({ documentId, staffNo: receiver.staffNo })
  expect(await finance().issue({ documentId })).toMatchObject({ state: 'inTransit', quantity: 6 })
  expect(await availableFor('station2')).toMatchObject({ stock: 94, others: 0, available: 94 })
  expect((await station('station1').transit({})).rows).toMatchObject([{ documentId, quantity: 6, days: 0 }])
  expect((await station('station2').transit({})).rows).toEqual([])
  const card = world.as('finance').card
  expect(await card.get({ serial: batch.serial(9) })).toMatchObject({ state: 'station', inTransit: true })
  await expect(
    world.as('station1').sellerPurchase.execute({
      sellerId: world.places.sellers[0],
      ranges: [range(8, 9)],
      payment: { method: 'cash', amountFen: 10_000 },
      jointCheck: { confirmed: 'paper' },
    }),
  ).rejects.toMatchObject({ code: 'SK04' })
  await expect(station('station2').accept({ documentId })).rejects.toMatchObject({ code: 'documentNotFound' })
  expect(await station('station1').accept({ documentId })).toMatchObject({ state: 'accepted', quantity: 6 })
  await expect(station('station1').accept({ documentId })).rejects.toMatchObject({ code: 'documentState' })
  expect((await county().get({ kind: 'LS', documentId: application.documentId })).head.state).toBe('done')
  expect(await card.get({ serial: batch.serial(9) })).toMatchObject({ state: 'station', inTransit: false })
})

test('the clerk confirms by password; wrong ones are counted and lock', async () => {
  const clerk = { name: '领卡员', staffNo: world.actor('station1').staffNo ?? '' }
  const created = await station('station1').create({ lines: [{ faceValueFen: face, quantity: 2 }], receiver: clerk })
  const { documentId, version } = await station('station1').submit(created)
  await county().approve({ documentId, version })
  const issue = await finance().prepare({ documentId })
  await finance().scan({ documentId: issue.documentId, ranges: [range(0, 1)] })
  const confirm = (password: string) =>
    finance().confirmCheck({ documentId: issue.documentId, staffNo: clerk.staffNo, password })
  expect(await confirm('wrong password')).toMatchObject({ outcome: 'wrong', state: 'toCheck' })
  expect(await confirm('right password')).toMatchObject({ outcome: 'confirmed', state: 'checked' })
  await finance().scan({ documentId: issue.documentId, ranges: [range(2, 3)] })
  for (let n = 0; n < 5; n += 1) expect((await confirm('wrong password')).outcome).toBe('wrong')
  expect(await confirm('right password')).toMatchObject({ outcome: 'locked', state: 'toCheck' })
})

test('an approval is good to the end of its last day, then it and its issue are nothing', async () => {
  const { application, documentId } = await picked('station1', 0, 90)
  const lastMoment = new Date(new Date(application.validUntil).getTime() - 1)
  expect(new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone: 'Asia/Shanghai' }).format(lastMoment)).toBe(
    '23:59:59',
  )
  world.setNow(lastMoment)
  await finance().confirmCheck({ documentId, staffNo: receiver.staffNo })
  expect(await availableFor('station2')).toMatchObject({ others: 90 })
  world.setNow(inDays(9))
  expect(await availableFor('station2')).toMatchObject({ others: 0, available: 100 })
  await expect(finance().issue({ documentId })).rejects.toMatchObject({ code: 'LS05' })
  await expect(finance().prepare({ documentId: application.documentId })).rejects.toMatchObject({ code: 'LS05' })
  expect(await world.as('worker').stationDraw.expireDue({})).toEqual({ expired: 1 })
  expect(await world.as('worker').stationDraw.expireDue({})).toEqual({ expired: 0 })
  expect((await county().get({ kind: 'CK', documentId })).head.state).toBe('cancelled')
  expect((await county().get({ kind: 'LS', documentId: application.documentId })).head.state).toBe('expired')
  expect(await world.db.selectFrom('claim').selectAll().execute()).toEqual([])
})

test('forty applications at once for the last cards: granted and left make the stock', async () => {
  const stations: Person[] = ['station1', 'station2', 'station3']
  const drafts = await Promise.all(
    Array.from({ length: 40 }, async (_, n) => {
      const who = stations[n % 3] ?? 'station1'
      return { who, quantity: 3 + (n % 5), ...(await create(who, 3 + (n % 5))) }
    }),
  )
  const outcomes = await Promise.all(
    drafts.map(({ who, documentId, quantity }) =>
      station(who)
        .submit({ documentId })
        .then(
          () => quantity,
          error => {
            expect(error).toMatchObject({ code: 'LS01' })
            return 0
          },
        ),
    ),
  )
  const granted = outcomes.reduce((sum, quantity) => sum + quantity, 0)
  const left = (await availableFor('station1'))?.available ?? -1
  expect(granted + left).toBe(stock)
  expect(left).toBeGreaterThanOrEqual(0)
  // Whatever was refused would not have fitted at the end either.
  expect(Math.min(...drafts.flatMap((draft, n) => (outcomes[n] === 0 ? [draft.quantity] : [])))).toBeGreaterThan(left)
})

test('submissions, approvals, issues and sales at once never give out more than there is, nor wait in a circle', async () => {
  await world.close()
  world = await createWorld({ maxTries: 1 })
  batch = await stockedBatch(world, { quantity: stock })
  const stations: Person[] = ['station1', 'station2', 'station3']
  const runs = Array.from({ length: 24 }, async (_, n) => {
    const who = stations[n % 3] ?? 'station1'
    try {
      const { quantity } = await draw(world, who, batch, { from: n * 4, quantity: 4 })
      await world.as(who).sellerPurchase.execute({
        sellerId: world.places.sellers[n % 3 === 0 ? 0 : (n % 3) + 1] ?? 0,
        ranges: [range(n * 4, n * 4 + 1)],
        payment: { method: 'cash', amountFen: 2 * face },
        jointCheck: { confirmed: 'paper' },
      })
      return quantity
    } catch (error) {
      expect(error).toMatchObject({ code: 'LS01' })
      return 0
    }
  })
  const late = Array.from({ length: 10 }, () =>
    submit('station3', 12).then(
      () => 12,
      () => 0,
    ),
  )
  const issued = (await Promise.all(runs)).reduce((sum, n) => sum + n, 0)
  const open = (await Promise.all(late)).reduce((sum, n) => sum + n, 0)
  const row = await availableFor('station1')
  expect(row).toMatchObject({ stock: stock - issued, others: open, available: stock - issued - open })
  expect(row?.available).toBeGreaterThanOrEqual(0)
  const { rows } = await world.as('finance').stock.summary({})
  expect(rows.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(stock)
})
