// What happens on the road and at the station: scanned arrivals, refusals, their settlement, and the books afterwards.

import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { receiver, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { createWorld, type Person, type World } from '../../../test/support/world.ts'
import { createDocument, operatorOf } from '../../domain/document.ts'
import { auditLedger } from '../../domain/ledger-audit.ts'
import { moveCards } from '../../domain/stock.ts'

let world: World
let batch: MadeBatch
beforeEach(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 60 })
})
afterEach(() => world.close())

const station = (who: Person = 'station1') => world.as(who).stationDraw
const finance = () => world.as('finance').stationDraw
const range = (first: number, last: number) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
const stored = (first: number, last: number) => ({ firstSerial: batch.stored(first), lastSerial: batch.stored(last) })

/** Issued and on the road: cards `first` and following. */
async function issued(first: number, quantity: number) {
  const created = await station().create({ lines: [{ faceValueFen: 5_000, quantity }], receiver })
  const { documentId, version } = await station().submit(created)
  await world.as('card').stationDraw.approve({ documentId, version })
  const issue = await finance().prepare({ documentId })
  await finance().scan({ documentId: issue.documentId, ranges: [range(first, first + quantity - 1)] })
  await finance().confirmCheck({ documentId: issue.documentId, staffNo: receiver.staffNo })
  await finance().issue({ documentId: issue.documentId, sealNo: 'F-0007' })
  return issue.documentId
}

const card = async (place: number) => {
  const { state, inTransit } = await world.as('finance').card.get({ serial: batch.serial(place) })
  return `${state}${inTransit ? ' in transit' : ''}`
}
const greenLedger = async () => expect((await auditLedger(world.db)).differences).toEqual([])

/** What executing a void document will do: the cards leave the transit for the custody register. */
async function voidInTransit(issueId: number, first: number, last: number) {
  await world.inTransaction(async tx => {
    const actor = world.actor('finance')
    const { documentId } = await createDocument(tx, actor, { kind: 'ZF', holderId: world.places.county })
    await moveCards(tx, {
      countyId: 1,
      kind: 'void',
      ranges: [stored(first, last)],
      fromHolderId: world.places.stations[0],
      toHolderId: world.places.custody,
      documentId,
      operatorId: operatorOf(actor),
      at: new Date(),
      transitDocumentId: issueId,
    })
  })
}

test('an arrival that was scanned agrees with the issue, or every difference is named', async () => {
  const documentId = await issued(0, 10)
  await expect(station().accept({ documentId, ranges: [range(0, 5), range(8, 10)] })).rejects.toMatchObject({
    code: 'arrivalDiffers',
    details: {
      n: 2,
      m: 1,
      faults: [`GAP ${batch.serial(6)}-${batch.serial(7)} 2`, `HOLD ${batch.serial(10)}-${batch.serial(10)} 1`],
    },
  })
  const accepted = await station().accept({ documentId, ranges: [range(5, 9), range(4, 0)] })
  expect(accepted).toMatchObject({ state: 'accepted', quantity: 10 })
  const { issue } = await finance().get({ kind: 'CK', documentId })
  expect(issue).toMatchObject({ sealNo: 'F-0007', acceptance: { staffNo: 'N-station1' }, refusals: [] })
})

test('part is refused with reasons; each refused card is taken back or void before the issue is settled', async () => {
  const documentId = await issued(0, 20)
  const damaged = { ...range(3, 4), reason: 'damaged' as const }
  const lost = { ...range(15, 17), reason: 'lost' as const }
  const refuse = (refusals: Parameters<ReturnType<typeof station>['refuse']>[0]['refusals']) =>
    station().refuse({ documentId, refusals })
  await expect(refuse([{ ...range(3, 4), reason: null }])).rejects.toMatchObject({ code: 'CK06' })
  await expect(refuse([{ ...range(3, 4), reason: 'other', note: ' ' }])).rejects.toMatchObject({ code: 'CK06' })
  for (const wrong of [[{ ...damaged, ...range(18, 21) }], [damaged, { ...lost, ...range(4, 5) }]]) {
    await expect(refuse(wrong)).rejects.toMatchObject({ code: 'notOfThisDocument' })
  }
  await expect(station('station2').refuse({ documentId, refusals: [damaged] })).rejects.toMatchObject({
    code: 'documentNotFound',
  })
  expect(await refuse([damaged, lost])).toMatchObject({ state: 'partlyAccepted', accepted: 15, refused: 5 })
  expect([await card(2), await card(3), await card(16), await card(19)]).toEqual([
    'station',
    'station in transit',
    'station in transit',
    'station',
  ])
  expect((await station().list({ kind: 'LS' })).documents).toMatchObject([{ state: 'done' }])
  await greenLedger()

  // Refused cards are the transit's alone: nobody sells, returns or accepts them.
  await expect(station().accept({ documentId })).rejects.toMatchObject({ code: 'documentState' })
  await expect(finance().settle({ documentId })).rejects.toMatchObject({ code: 'refusedOpen', details: { n: 5 } })
  await expect(finance().settle({ documentId, takeBack: [range(2, 4)] })).rejects.toMatchObject({
    code: 'notInTransit',
  })
  const first = await finance().settle({ documentId, takeBack: [range(3, 3)] })
  expect(first).toMatchObject({ state: 'partlyAccepted', takenBack: 1, voided: 0, open: 4 })
  expect((await finance().transit({})).rows).toMatchObject([{ documentId, state: 'partlyAccepted', quantity: 4 }])
  await voidInTransit(documentId, 15, 17)
  await greenLedger()
  expect((await station().list({ kind: 'CK' })).documents).toMatchObject([{ refusedQuantity: 5, openQuantity: 4 }])
  const last = await finance().settle({ documentId, takeBack: [range(4, 4)], note: '收回' })
  expect(last).toMatchObject({ state: 'settled', takenBack: 2, voided: 3, open: 0 })
  expect([await card(3), await card(4), await card(16)]).toEqual(['county', 'county', 'void'])
  const { issue } = await finance().get({ kind: 'CK', documentId })
  expect(issue?.refusals.map(one => [one.firstSerial, one.quantity, one.reason, one.settled])).toEqual([
    [batch.serial(3), 1, 'damaged', 'takenBack'],
    [batch.serial(4), 1, 'damaged', 'takenBack'],
    [batch.serial(15), 3, 'lost', 'voided'],
  ])
  await greenLedger()
  const movements = await sql<{ kind: string; quantity: number }>`
    select kind, sum(quantity)::int as quantity from movement where kind <> 'stockIn' group by 1 order by 1`.execute(
    world.db,
  )
  expect(movements.rows).toEqual([
    { kind: 'accept', quantity: 15 },
    { kind: 'draw', quantity: 20 },
    { kind: 'stationReturn', quantity: 2 },
    { kind: 'void', quantity: 3 },
  ])
})

test('a whole issue can be refused, and all of it void settles without taking anything back', async () => {
  const documentId = await issued(5, 4)
  const all = await station().refuse({ documentId, refusals: [{ ...range(5, 8), reason: 'lost' }] })
  expect(all).toMatchObject({ state: 'partlyAccepted', accepted: 0, refused: 4 })
  const voided = { ranges: [range(5, 8)], reason: 'lost' as const, physical: false, story: '运输途中整箱丢失，已报案' }
  await expect(finance().settle({ documentId, voided: { ...voided, story: '丢失' } })).rejects.toMatchObject({
    code: 'ZF02',
  })
  const responsible = { name: '押运员', staffNo: 'Y-1' }
  expect(await finance().settle({ documentId, voided: { ...voided, responsible } })).toMatchObject({
    state: 'settled',
    voided: 4,
    takenBack: 0,
  })
  const [paper] = await world.db.selectFrom('document').selectAll().where('kind', '=', 'ZF').execute()
  expect(paper).toMatchObject({ state: 'voided', parentId: documentId })
  await greenLedger()
})

test('what is long on the road is overdue, and asking after it is written down', async () => {
  const documentId = await issued(0, 3)
  const now = Date.now()
  world.setNow(new Date(now + 3 * 86_400_000))
  expect((await finance().transit({})).rows).toMatchObject([
    { days: 3, overdue: false, urgedAt: null, receiver: '领卡员' },
  ])
  world.setNow(new Date(now + 4 * 86_400_000))
  await finance().urge({ documentId, note: '请尽快验收' })
  const { rows } = await station().transit({ minDays: 4 })
  expect(rows).toMatchObject([{ days: 4, overdue: true, state: 'inTransit' }])
  expect(rows[0]?.urgedAt).not.toBeNull()
  expect((await station().transit({ minDays: 5 })).rows).toEqual([])
  await station().accept({ documentId })
  await expect(finance().urge({ documentId })).rejects.toMatchObject({ code: 'documentState' })
})

test('two people end one transit at once: all accepted or part refused, never both', async () => {
  for (let round = 0; round < 4; round += 1) {
    const documentId = await issued(round * 10, 10)
    const outcomes = await Promise.allSettled([
      station().accept({ documentId }),
      station().refuse({ documentId, refusals: [{ ...range(round * 10, round * 10), reason: 'damaged' }] }),
      station().accept({ documentId }),
    ])
    expect(outcomes.filter(outcome => outcome.status === 'fulfilled')).toHaveLength(1)
    const inTransit = await sql<{ n: number }>`
      select coalesce(sum(last_serial - first_serial + 1), 0)::int as n from card_range where transit_document_id = ${documentId}`.execute(
      world.db,
    )
    expect(inTransit.rows[0]?.n).toBe(outcomes[1]?.status === 'fulfilled' ? 1 : 0)
  }
  await greenLedger()
})
