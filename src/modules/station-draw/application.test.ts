// Around the application: another receiving clerk, an extension, drafts, the line, bad cards, and whose documents are seen.

import { afterEach, beforeEach, expect, test } from 'vitest'
import { receiver, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { createWorld, type Person, type World } from '../../../test/support/world.ts'

const face = 5_000
let world: World
let batch: MadeBatch
beforeEach(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 100 })
})
afterEach(() => world.close())

const station = (who: Person = 'station1') => world.as(who).stationDraw
const finance = () => world.as('finance').stationDraw
const county = () => world.as('card').stationDraw
const range = (first: number, last: number) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
const create = (who: Person, quantity: number) =>
  station(who).create({ lines: [{ faceValueFen: face, quantity }], receiver })
async function approve(who: Person, quantity: number) {
  const { documentId, version } = await station(who).submit(await create(who, quantity))
  return county().approve({ documentId, version })
}
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000)

test('an approval is extended once, before its day is over, and no longer than the county says', async () => {
  const { documentId, version, validUntil } = await approve('station1', 10)
  const extend = (days: number, seen = version) => county().extend({ documentId, version: seen, days })
  await expect(extend(16)).rejects.toMatchObject({ code: 'extensionTooLong', details: { days: 15 } })
  const extended = await extend(5)
  expect(new Date(extended.validUntil).getTime() - new Date(validUntil).getTime()).toBe(5 * 86_400_000)
  await expect(extend(1, extended.version)).rejects.toMatchObject({ code: 'extendedOnce' })
  await expect(extend(1)).rejects.toMatchObject({ code: 'documentMoved' })
  world.setNow(inDays(9))
  expect((await station('station2').available({ faceValuesFen: [face] })).rows).toMatchObject([{ others: 10 }])
  expect(await world.as('worker').stationDraw.expireDue({})).toEqual({ expired: 0 })
  world.setNow(inDays(14))
  await expect(finance().prepare({ documentId })).rejects.toMatchObject({ code: 'LS05' })
  expect(await world.as('worker').stationDraw.expireDue({})).toEqual({ expired: 1 })
  world.setNow(null)
  const late = await approve('station1', 5)
  world.setNow(inDays(8))
  await expect(county().extend({ documentId: late.documentId, version: late.version })).rejects.toMatchObject({
    code: 'LS05',
  })
})

test('another receiving clerk is named until the issue; earlier prints and an earlier check count no more', async () => {
  const { documentId, documentNo } = await approve('station1', 4)
  const other = { name: '王五', staffNo: 'L-2' }
  const print = (printNo: number, version: number) =>
    world.db
      .insertInto('documentPrint')
      .values({ countyId: 1, documentId, slip: 'LS', printNo, printedBy: 1, version })
      .execute()
  const versionNow = async () => (await county().get({ kind: 'LS', documentId })).head.version
  await print(1, await versionNow())
  await expect(station('station2').changeReceiver({ documentId, receiver: other })).rejects.toMatchObject({
    code: 'documentNotFound',
  })
  await station().changeReceiver({ documentId, receiver: other })
  const scanned = { documentNo: documentNo ?? '' }
  await expect(finance().prepare(scanned)).rejects.toMatchObject({ code: 'printReplaced', details: { to: '王五' } })
  await print(2, await versionNow())
  await expect(finance().prepare({ ...scanned, printNo: 1 })).rejects.toMatchObject({ code: 'printReplaced' })
  await expect(finance().prepare({ documentNo: 'LS0000' })).rejects.toMatchObject({ code: 'C12' })
  const issue = await finance().prepare({ ...scanned, printNo: 2 })
  await finance().scan({ documentId: issue.documentId, ranges: [range(0, 3)] })
  await finance().confirmCheck({ documentId: issue.documentId, staffNo: 'L-2', conclusion: '完好' })
  const third = { name: '赵六', staffNo: 'N-finance' }
  await station().changeReceiver({ documentId, receiver: third })
  await expect(finance().issue({ documentId: issue.documentId })).rejects.toMatchObject({ code: 'CK03' })
  await expect(finance().confirmCheck({ documentId: issue.documentId, staffNo: 'L-2' })).rejects.toMatchObject({
    code: 'wrongReceiver',
    details: { name: '赵六' },
  })
  await expect(finance().confirmCheck({ documentId: issue.documentId, staffNo: 'N-finance' })).rejects.toMatchObject({
    code: 'checkAlone',
  })
  await station().changeReceiver({ documentId, receiver })
  await finance().confirmCheck({ documentId: issue.documentId, staffNo: receiver.staffNo })
  await finance().issue({ documentId: issue.documentId })
  await expect(station().changeReceiver({ documentId, receiver: other })).rejects.toMatchObject({
    code: 'documentState',
  })
  const { application } = await county().get({ kind: 'LS', documentId })
  expect(application.receiverChanges.map(change => `${change.from}→${change.to}`)).toEqual([
    '领卡员→王五',
    '王五→赵六',
    '赵六→领卡员',
  ])
})

test('a draft is put away and seen no more; a note that changes is the note of the paper', async () => {
  const draft = await create('station1', 1)
  await station().update({
    documentId: draft.documentId,
    lines: [{ faceValueFen: face, quantity: 2 }],
    receiver,
    note: '急用',
  })
  expect((await station().get({ kind: 'LS', documentId: draft.documentId })).head.note).toBe('急用')
  await station().discard({ documentId: draft.documentId })
  expect((await station().list({ kind: 'LS' })).documents).toEqual([])
  await expect(station().submit({ documentId: draft.documentId })).rejects.toMatchObject({ code: 'documentState' })
  const submitted = await station().submit(await create('station1', 1))
  await expect(station().discard(submitted)).rejects.toMatchObject({ code: 'documentState' })
})

test('the line: open applications in order of their latest submission, with what is asked or granted', async () => {
  const first = await station().submit(await create('station1', 30))
  await station('station2').submit(await create('station2', 20))
  await station().withdraw({ documentId: first.documentId })
  const again = await station().submit({ documentId: first.documentId })
  const less = [{ faceValueFen: face, approvedQuantity: 12 }]
  await county().approve({ documentId: again.documentId, version: again.version, lines: less, note: '核减' })
  const { rows, totals } = await county().open({})
  expect(rows.map(row => [row.holderName, row.state, row.quantity])).toEqual([
    ['柳河供电所', 'pendingApproval', 20],
    ['城关供电所', 'approved', 12],
  ])
  expect(totals).toEqual([{ faceValueFen: face, pending: 20, approved: 12 }])
  world.setNow(inDays(9))
  expect((await county().open({})).totals).toEqual([{ faceValueFen: face, pending: 20, approved: 0 }])
})

test('bad cards are cut out while picking; short without a reason is refused with the number', async () => {
  const { documentId } = await finance().prepare({ documentId: (await approve('station1', 10)).documentId })
  const bad = { ...range(4, 5), reason: 'soiled' as const }
  const scan = (more: object) => finance().scan({ documentId, ranges: [range(0, 3), range(6, 9)], ...more })
  await expect(scan({ shortReason: ' ' })).rejects.toMatchObject({ code: 'CK08', details: { n: 2 } })
  await expect(scan({ excluded: [{ ...bad, ...range(3, 4) }] })).rejects.toMatchObject({
    code: 'rangesNotMovable',
    details: { faults: [`DUP ${batch.serial(3)}-${batch.serial(3)} 1`] },
  })
  await expect(scan({ excluded: [{ ...bad, ...range(99, 100) }] })).rejects.toMatchObject({ code: 'rangesNotMovable' })
  expect((await scan({ excluded: [bad] })).state).toBe('picking')
  const whole = [range(0, 3), range(6, 11)]
  expect((await finance().scan({ documentId, ranges: whole, excluded: [bad] })).state).toBe('toCheck')
  const { issue, application, applied } = await finance().get({ kind: 'CK', documentId })
  expect(issue?.excluded).toEqual([{ ...range(4, 5), faceValueFen: face, quantity: 2, reason: 'soiled', note: '' }])
  expect(application.receiver).toEqual(receiver)
  expect(applied).toEqual([{ faceValueFen: face, quantity: 10, approvedQuantity: 10 }])
  // At the issue finance finds them in a void that is still a draft.
  await finance().confirmCheck({ documentId, staffNo: receiver.staffNo })
  await finance().issue({ documentId })
  const drafts = await world.db.selectFrom('document').selectAll().where('kind', '=', 'ZF').execute()
  expect(drafts).toMatchObject([{ state: 'draft', parentId: documentId, authorId: world.actor('finance').operatorId }])
  const lines = await world.db
    .selectFrom('documentLine')
    .selectAll()
    .where('documentId', '=', drafts[0]?.documentId ?? 0)
    .execute()
  expect(lines).toMatchObject([{ firstSerial: batch.stored(4), lastSerial: batch.stored(5) }])
})

test("another station's application or issue is not there, whatever is asked", async () => {
  const draft = await create('station1', 2)
  const pending = await station().submit(await create('station1', 2))
  const approved = await approve('station1', 2)
  const issue = await finance().prepare({ documentId: approved.documentId })
  const other = station('station2')
  const lines = [{ faceValueFen: face, quantity: 1 }]
  const calls = [draft, pending, approved].flatMap(({ documentId }) => [
    () => other.get({ kind: 'LS', documentId }),
    () => other.available({ documentId }),
    () => other.update({ documentId, lines }),
    () => other.submit({ documentId }),
    () => other.withdraw({ documentId }),
    () => other.cancel({ documentId }),
    () => other.discard({ documentId }),
    () => other.changeReceiver({ documentId, receiver }),
    // A version tells nothing either.
    () => other.withdraw({ documentId, version: 99 }),
  ])
  const ofIssue = { documentId: issue.documentId }
  calls.push(
    () => other.get({ kind: 'CK', ...ofIssue }),
    () => other.accept({ ...ofIssue, version: 99 }),
    () => other.refuse({ ...ofIssue, refusals: [{ ...range(0, 0), reason: 'lost' }] }),
  )
  for (const [place, call] of calls.entries()) {
    await expect(call(), `call ${place}`).rejects.toMatchObject({ code: 'documentNotFound' })
  }
  expect((await other.list({ kind: 'LS' })).documents).toEqual([])
  expect((await other.list({ kind: 'CK' })).documents).toEqual([])
})

test('beside an application stands how long the station will last and what it would do well to ask for', async () => {
  const { documentId } = await finance().prepare({ documentId: (await approve('station1', 60)).documentId })
  await finance().scan({ documentId, ranges: [range(0, 59)] })
  await finance().confirmCheck({ documentId, staffNo: receiver.staffNo })
  await finance().issue({ documentId })
  const outlook = async () => (await station().available({ faceValuesFen: [face] })).outlook[0]
  expect(await outlook()).toMatchObject({
    stationStock: 0,
    inTransit: 60,
    netSales30: 0,
    sellableDays: null,
    suggested: 0,
  })
  await station().accept({ documentId })
  await world.as('station1').sellerPurchase.execute({
    sellerId: world.places.sellers[0],
    ranges: [range(0, 44)],
    payment: { method: 'cash', amountFen: 45 * face },
    jointCheck: { confirmed: 'paper' },
  })
  // 45 in thirty days, 15 left: ten days; thirty more are wanted, in boxes of which the county has none whole.
  expect(await outlook()).toMatchObject({ stationStock: 15, netSales30: 45, sellableDays: 10, suggested: 0 })
  await world.db.updateTable('batch').set({ boxSize: 20 }).execute()
  expect(await outlook()).toMatchObject({ suggested: 40 })
})
