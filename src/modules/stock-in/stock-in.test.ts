// A delivery from its file to the stock: inspection by exception, spot check, lists and registers, and what an outsider sees.

import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMaker, type MadeBatch, type Maker, makeBatch } from '../../../test/support/maker.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { openStream, peerOf, sealStream } from '../../domain/card-file/envelope.ts'
import { auditLedger } from '../../domain/ledger-audit.ts'
import { printSerial } from '../../domain/serial.ts'

let world: World
let maker: Maker
beforeAll(async () => {
  world = await createWorld()
  maker = await createMaker(world)
})
afterAll(() => world.close())

const card = () => world.as('card').stockIn
const finance = () => world.as('finance').stockIn
const range = (batch: MadeBatch, first: number, last = first) => ({
  firstSerial: batch.serial(first),
  lastSerial: batch.serial(last),
})

async function compared(batch: MadeBatch, file: AsyncIterable<Uint8Array>): Promise<number> {
  const { documentId } = await card().create({ batchId: batch.documentId })
  await world.jobDone((await card().upload({ documentId, fileId: await world.upload(file) })).jobId)
  return documentId
}

/** A delivery with a spoilt card, one not made and one of nobody's. */
async function delivery(batch: MadeBatch): Promise<AsyncIterable<Uint8Array>> {
  const county = await world.services.countyKeys.privateKey(1)
  const faults = { faulty: new Map([[batch.serial(1), '划伤']]), leaveOut: new Set([batch.serial(2)]) }
  const parts: Uint8Array[] = []
  for await (const part of openStream(await maker.deliver(batch.documentId, faults), {
    as: county,
    by: peerOf(maker.own),
  })) {
    parts.push(part)
  }
  const stranger = `${printSerial(batch.stored(5_000))},123456789012,50.00,ok\n`
  const text = Buffer.concat(parts)
    .toString()
    .replace(/end (\d+)/, (_all, n) => `${stranger}end ${Number(n) + 1}`)
  return sealStream(Readable.from([Buffer.from(text)]), { to: peerOf(county), by: maker.own })
}

test('a delivery is inspected by exception, tried by finance, and enters with its whole account', async () => {
  const batch = await makeBatch(world, maker, { quantity: 100 })
  const documentId = await compared(batch, await delivery(batch))
  await expect(card().inspect({ documentId, method: 'sample', exceptions: [] })).rejects.toMatchObject({
    code: 'samplePercentMissing',
  })
  await expect(
    card().inspect({
      documentId,
      exceptions: [
        { ...range(batch, 10, 12), reason: '污损' },
        { ...range(batch, 12), reason: '破' },
      ],
    }),
  ).rejects.toMatchObject({ code: 'rangesNotMovable', details: { faults: [expect.stringMatching(/^DUP .* 1$/)] } })
  await card().inspect({
    documentId,
    method: 'sample',
    samplePercent: 20,
    storage: '1号库',
    exceptions: [{ ...range(batch, 12, 10), reason: '污损' }],
  })
  const before = await card().get({ documentId })
  expect([before.head.quantity, before.head.amountFen]).toEqual([95, 95 * 5_000])
  expect(before.lines.map(line => [line.firstSerial, line.quantity])).toEqual([
    [batch.serial(0), 1],
    [batch.serial(3), 7],
    [batch.serial(13), 87],
  ])
  expect(before.exceptions).toEqual([{ ...range(batch, 10, 12), quantity: 3, reason: '污损' }])
  expect(before.notices).toEqual([{ code: 'RK07', details: { n: 1 } }])
  await expect(finance().spotCheck({ documentId, ranges: [range(batch, 0)] })).rejects.toMatchObject({
    code: 'documentState',
  })
  const submitted = await card().submit({ documentId })

  for (const [first, last, code] of [
    [1, 1, 'GAP'],
    [2, 2, 'GAP'],
    [9, 10, 'REJ'],
  ] as const) {
    await expect(finance().spotCheck({ documentId, ranges: [range(batch, first, last)] })).rejects.toMatchObject({
      details: { faults: [expect.stringContaining(code)] },
    })
  }
  const { version, checked } = await finance().spotCheck({
    documentId,
    ranges: [range(batch, 20, 24), range(batch, 3)],
  })
  expect(checked).toBe(6)
  await expect(finance().accept({ documentId, version: submitted.version, confirm: '拒收' })).rejects.toMatchObject({
    code: 'documentMoved',
  })
  const self = { ...world.actor('finance'), staffNo: world.actor('card').staffNo }
  await expect(world.as(self).stockIn.accept({ documentId, version })).rejects.toMatchObject({ code: 'RK04' })
  const back = await finance().sendBack({ documentId, version, note: '再看一遍 10 号盒' })
  await expect(finance().accept({ documentId, version: back.version, confirm: '拒收' })).rejects.toMatchObject({
    code: 'documentState',
  })
  await card().inspect({ documentId, exceptions: [{ ...range(batch, 10, 13), reason: '污损' }], storage: '1号库' })
  const again = await card().submit({ documentId })
  const accepted = await finance().accept({ documentId, version: again.version, confirm: '拒收' })
  expect(accepted).toMatchObject({ state: 'stocked', admitted: 94, rejected: 5 })

  const { details, head } = await finance().get({ documentId })
  expect([head.quantity, head.executor]).toEqual([94, '人员 finance'])
  expect(details.outcome).toEqual({
    admitted: 94,
    rejected: 5,
    notArrived: 1,
    reasons: [
      { reason: 'inspectionFailed: 污损', quantity: 4 },
      { reason: 'reportedFaulty: 划伤', quantity: 1 },
    ],
  })
  expect(details.inspection).toMatchObject({ by: '人员 card', staffNo: 'N-card', storage: '1号库' })
  expect(details.spotChecks.map(check => [check.by, check.ranges.length])).toEqual([['人员 finance', 2]])
  const { manufacturers } = await world.as('card').manufacturer.list({})
  expect(details.signedBy).toBe(manufacturers.find(row => row.manufacturerId === maker.manufacturerId)?.fingerprint)
  expect((await auditLedger(world.db)).differences).toEqual([])
})

test('differences, ledger, register and list are read by pages and filters; no answer holds a PIN', async () => {
  const batch = await makeBatch(world, maker, { quantity: 60 })
  const documentId = await compared(batch, await delivery(batch))
  await card().inspect({ documentId, exceptions: [{ ...range(batch, 30), reason: '污损' }] })
  const { version } = await card().submit({ documentId })
  const { documentNo } = await finance().accept({ documentId, version, confirm: '拒收' })

  const pages: unknown[] = []
  for (let afterSerial: string | undefined; ; ) {
    const { rows } = await finance().differences({ documentId, limit: 2, ...(afterSerial ? { afterSerial } : {}) })
    pages.push(rows.map(row => [row.firstSerial, row.class, row.treatment]))
    if (rows.length < 2) break
    afterSerial = rows.at(-1)?.firstSerial
  }
  expect(pages).toEqual([
    [
      [batch.serial(1), 'reportedFaulty', 'rejected'],
      [batch.serial(2), 'missing', 'awaited'],
    ],
    [[batch.serial(5_000), 'extra', 'notTaken']],
  ])
  const { rows: onlyMissing } = await card().differences({ documentId, classes: ['missing'] })
  expect(onlyMissing).toHaveLength(1)

  const today = new Date().toLocaleDateString('sv', { timeZone: 'Asia/Shanghai' })
  for (const [filter, quantity] of [
    [{ batchId: batch.documentId, from: today, to: today }, 57],
    [{ containsSerial: batch.serial(0) }, 1],
    [{ containsSerial: batch.serial(40), person: 'N-finance' }, 29],
    [{ containsSerial: batch.serial(30) }, 0],
    [{ documentNo: batch.documentNo, faceValueFen: 5_000, person: '人员 fin' }, 57],
    [{ documentNo: batch.documentNo, faceValueFen: 10_000 }, 0],
    [{ batchId: batch.documentId, from: '2020-01-01', to: '2020-01-02' }, 0],
    [{ batchId: batch.documentId, person: '人员 card' }, 0],
  ] as const) {
    const { total, entries } = await finance().ledger(filter)
    expect([filter, total.quantity]).toEqual([filter, quantity])
    expect(entries.reduce((sum, entry) => sum + entry.quantity, 0)).toBe(quantity)
  }
  for (const [filter, quantity] of [
    [{ batchId: batch.documentId }, 2],
    [{ batchId: batch.documentId, reason: 'inspectionFailed' }, 1],
    [{ containsSerial: batch.serial(1), reason: '划伤', person: 'N-finance' }, 1],
    [{ documentNo: documentNo ?? '', person: 'N-card' }, 0],
  ] as const) {
    expect([filter, (await card().rejected(filter)).total.quantity]).toEqual([filter, quantity])
  }
  const register = await card().rejected({ batchId: batch.documentId, limit: 1 })
  expect(register.rows[0]).toMatchObject({ documentNo, documentKind: 'RK', operator: '人员 finance' })
  const more = await card().rejected({ batchId: batch.documentId, afterSerial: register.rows[0]?.firstSerial ?? '' })
  expect(more.rows.map(row => row.firstSerial)).toEqual([batch.serial(30)])

  const listed = async (filter: object) =>
    (await finance().list(filter)).stockIns.map(row => row.head.documentId).includes(documentId)
  for (const [filter, expected] of [
    [{ batchId: batch.documentId, differenceClass: 'extra' }, true],
    [{ batchId: batch.documentId, differenceClass: 'changedPin' }, false],
    [{ containsSerial: batch.serial(40), manufacturerId: maker.manufacturerId }, true],
    [{ manufacturerId: 999 }, false],
    [{ documentNo: documentNo ?? '', states: ['stocked'] }, true],
    [{ states: ['cancelled'] }, false],
  ] as const) {
    expect([filter, await listed(filter)]).toEqual([filter, expected])
  }
  const { stockIns, stateCounts } = await finance().list({ batchId: batch.documentId })
  expect(stockIns).toMatchObject([{ deliveryNo: 1, admitted: 57, rejected: 2, counts: { match: 58, extra: 1 } }])
  expect(stateCounts).toEqual([{ state: 'stocked', quantity: 1 }])

  const pins = new Set(Array.from({ length: 60 }, (_, n) => world.services.pins.draw(batch.stored(n), 12)))
  const answers = [await card().get({ documentId }), stockIns, await card().differences({ documentId }), register]
  const found = JSON.stringify(answers)
    .match(/\d{12}/g)
    ?.filter(digits => pins.has(digits))
  expect(found).toEqual([])

  for (const stranger of ['station1', 'attendant', 'system'] as const) {
    await expect(world.as(stranger).stockIn.get({ documentId })).rejects.toMatchObject({ code: 'notAllowed' })
    await expect(world.as(stranger).stockIn.rejected({})).rejects.toMatchObject({ code: 'notAllowed' })
  }
  const elsewhere = { ...world.actor('card'), countyId: 0 }
  await expect(world.as(elsewhere).stockIn.get({ documentId })).rejects.toMatchObject({ code: 'documentNotFound' })
})

test('a draft is put away without a number; one whose comparison failed keeps its number and is cancelled', async () => {
  const batch = await makeBatch(world, maker, { quantity: 5 })
  const { documentId } = await card().create({ batchId: batch.documentId })
  await expect(card().cancel({ documentId })).rejects.toMatchObject({ code: 'documentState' })
  expect(await card().discard({ documentId })).toMatchObject({ state: 'discarded', documentNo: null })
  const next = await card().create({ batchId: batch.documentId })
  expect((await card().get({ documentId: next.documentId })).details.deliveryNo).toBe(1)
  await expect(card().create({ batchId: batch.documentId, deliveryNo: 1 })).rejects.toMatchObject({
    code: 'deliveryTaken',
  })
  const fileId = await world.upload(Readable.from([Buffer.from('nothing')]))
  await expect(world.jobDone((await card().upload({ documentId: next.documentId, fileId })).jobId)).rejects.toThrow(
    'fileNotOpened',
  )
  const failed = await card().get({ documentId: next.documentId })
  expect([failed.head.state, failed.details.problem?.code]).toEqual(['draft', 'fileNotOpened'])
  await expect(card().discard({ documentId: next.documentId })).rejects.toMatchObject({ code: 'documentState' })
  expect(await card().cancel({ documentId: next.documentId })).toMatchObject({ state: 'cancelled' })
  await expect(world.as('card2').stockIn.cancel({ documentId: next.documentId })).rejects.toMatchObject({
    code: 'documentState',
  })
})
