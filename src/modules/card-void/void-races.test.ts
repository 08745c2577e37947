// Voids beside draws and purchases of the same cards at the same moment, and a void that takes stock below what is open.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, receiver, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { executedVoid, soiled } from '../../../test/support/void-steps.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { voidFromTransit } from '../../domain/card-void.ts'
import { lockDocument } from '../../domain/document.ts'
import { auditLedger } from '../../domain/ledger-audit.ts'

let world: World
let batch: MadeBatch
beforeAll(async () => {
  world = await createWorld({ maxTries: 1 })
  batch = await stockedBatch(world, { quantity: 200 })
})
afterAll(() => world.close())

const range = (first: number, last = first) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
const claimsOf = async () =>
  await world.db
    .selectFrom('claim')
    .select(['firstSerial', 'lastSerial', 'documentId'])
    .orderBy('firstSerial')
    .execute()

test('a scan for an issue and a void of overlapping cards: one of them has them, wholly', async () => {
  const station = world.as('station1').stationDraw
  const created = await station.create({ lines: [{ faceValueFen: 5_000, quantity: 60 }], receiver })
  const { documentId, version } = await station.submit(created)
  await world.as('card').stationDraw.approve({ documentId, version })
  const issue = await world.as('finance').stationDraw.prepare({ documentId })
  const draft = await world.as('finance2').cardVoid.create({ ...soiled, ranges: [range(50, 69)] })
  const [scanned, voided] = await Promise.allSettled([
    world.as('finance').stationDraw.scan({ documentId: issue.documentId, ranges: [range(0, 59)] }),
    world.as('finance2').cardVoid.submit({ documentId: draft.documentId }),
  ])
  expect([scanned.status, voided.status].sort()).toEqual(['fulfilled', 'rejected'])
  const claims = await claimsOf()
  const whole = scanned.status === 'fulfilled' ? [0, 59] : [50, 69]
  expect(claims).toMatchObject([{ firstSerial: batch.stored(whole[0] ?? 0), lastSerial: batch.stored(whole[1] ?? 0) }])
  if (scanned.status === 'fulfilled')
    await world.as('finance').stationDraw.cancelIssue({ documentId: issue.documentId })
  else await world.as('finance2').cardVoid.withdraw({ documentId: draft.documentId })
  expect(await claimsOf()).toEqual([])
})

test('purchases and voids of overlapping cards of a station: no card is in both, nobody waits in a circle', async () => {
  await draw(world, 'station1', batch, { from: 100, quantity: 40 })
  const drafts = await Promise.all(
    [0, 1, 2, 3, 4].map(n =>
      world.as('station1').cardVoid.create({ ...soiled, ranges: [range(104 + n * 8, 107 + n * 8)] }),
    ),
  )
  const buy = (n: number) =>
    world.as('station1').sellerPurchase.execute({
      sellerId: n % 2 === 0 ? world.places.sellers[0] : world.places.sellers[1],
      ranges: [range(100 + n * 8, 105 + n * 8)],
      payment: { method: 'cash', amountFen: 30_000 },
      jointCheck: { confirmed: 'paper' },
    })
  const outcomes = await Promise.all(
    drafts.map(async ({ documentId }, n) => {
      const both = [buy(n), world.as('station1').cardVoid.submit({ documentId })]
      return (await Promise.allSettled(n % 2 === 0 ? both : both.reverse())).map(({ status }) => status)
    }),
  )
  // A purchase that came first leaves active cards, which the void may still take; one that came second is refused.
  for (const [n, statuses] of outcomes.entries()) {
    const [bought, voided] = n % 2 === 0 ? statuses : [...statuses].reverse()
    expect([bought, voided].includes('fulfilled')).toBe(true)
    expect(voided).toBe('fulfilled')
  }
  expect((await auditLedger(world.db)).differences).toEqual([])
})

test('a void at the county below what is open is done; the application is cut when it is approved', async () => {
  const stock = (await world.as('station2').stationDraw.available({ faceValuesFen: [5_000] })).rows[0]?.available ?? 0
  const station = world.as('station2').stationDraw
  const created = await station.create({ lines: [{ faceValueFen: 5_000, quantity: stock }], receiver })
  const { documentId, version } = await station.submit(created)
  await executedVoid(world, 'finance2', [range(180, 199)], 20)
  await expect(world.as('card').stationDraw.approve({ documentId, version })).rejects.toMatchObject({
    code: 'LS04',
    details: { a: stock, b: stock - 20 },
  })
  const lines = [{ faceValueFen: 5_000, approvedQuantity: stock - 40 }]
  await world.as('card').stationDraw.approve({ documentId, version, lines, note: '有卡作废' })
})

test('cards lost on the road are voided out of the transit by the settlement of their issue, and no others', async () => {
  const station = world.as('station3').stationDraw
  const created = await station.create({ lines: [{ faceValueFen: 5_000, quantity: 10 }], receiver })
  const finance = world.as('finance').stationDraw
  const { documentId, version } = await station.submit(created)
  await world.as('card').stationDraw.approve({ documentId, version })
  const issue = await finance.prepare({ documentId })
  await finance.scan({ documentId: issue.documentId, ranges: [range(70, 79)] })
  await finance.confirmCheck({ documentId: issue.documentId, staffNo: receiver.staffNo })
  await finance.issue({ documentId: issue.documentId })

  const lost = {
    reason: 'lost' as const,
    story: '途中遗失，已向领卡员核实',
    physical: false,
    money: null,
    custody: null,
    responsible: receiver,
  }
  const settle = (first: number, last: number, form = lost) =>
    world.inTransaction(async tx => {
      const locked = await lockDocument(tx, 1, 'CK', issue.documentId)
      const ranges = [{ firstSerial: batch.stored(first), lastSerial: batch.stored(last) }]
      return voidFromTransit(tx, world.actor('finance'), locked, { form, ranges }, world.now())
    })
  await expect(settle(79, 80)).rejects.toMatchObject({ code: 'rangesNotMovable' })
  await expect(settle(78, 79, { ...lost, story: '' })).rejects.toMatchObject({ code: 'ZF02' })
  // Whoever is not the issue cannot take them: a void as others write it waits for the end of the transit.
  const draft = await world.as('finance2').cardVoid.create({ ...soiled, ranges: [range(78, 79)] })
  await expect(world.as('finance2').cardVoid.submit(draft)).rejects.toMatchObject({
    details: { faults: [expect.stringContaining('TRANSIT')] },
  })
  const voided = await settle(78, 79)
  expect(voided).toMatchObject({ kind: 'ZF', state: 'voided', parentId: issue.documentId })
  expect(voided.documentNo).toMatch(/^ZF/)
  expect((await finance.transit({})).rows).toMatchObject([{ quantity: 8 }])
  expect((await auditLedger(world.db)).differences).toEqual([])
})
