// The life of a batch beside its generation: who may change, approve, cancel and end it; downloads; the plan and its terms.

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { draw, stockedBatch, stockIn } from '../../../test/support/card-steps.ts'
import { createMaker, type MadeBatch, type Maker, makeBatch } from '../../../test/support/maker.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { auditLedger } from '../../domain/ledger-audit.ts'
import { suggest } from '../../domain/making-plan.ts'

let world: World
let maker: Maker
beforeAll(async () => {
  world = await createWorld()
  maker = await createMaker(world)
})
afterAll(() => world.close())

const card = () => world.as('card').cardMaking
const finance = () => world.as('finance').cardMaking
const form = (more: object = {}) => ({
  faceValueFen: 5_000,
  quantity: 40,
  manufacturerId: maker.manufacturerId,
  expectedOn: '2030-01-31',
  ...more,
})
const set = (settings: object) =>
  sql`update county set settings = settings || ${JSON.stringify(settings)}::jsonb where county_id = 1`.execute(world.db)
const stateOf = async (documentId: number) => (await card().get({ documentId })).head.state

describe('a batch', () => {
  test('is changed by its author alone, while it is with him', async () => {
    const created = await card().create(form())
    const other = world.as('card2').cardMaking
    const { documentId } = created
    await expect(other.update({ documentId, ...form() })).rejects.toMatchObject({ code: 'notAuthor' })
    await expect(card().update({ documentId, ...form({ quantity: 0 }) })).rejects.toMatchObject({ code: 'ZK01' })
    const changed = await card().update({
      documentId,
      version: created.version,
      ...form({ quantity: 70, faceValueFen: 10_000, boxSize: 50, purpose: '春节', note: '急' }),
    })
    await expect(card().update({ documentId, version: created.version, ...form() })).rejects.toMatchObject({
      code: 'documentMoved',
    })
    const { head, batch } = await card().get({ documentId })
    expect([head.note, head.quantity, head.amountFen]).toEqual(['急', 70, 700_000])
    expect(batch).toMatchObject({ quantity: 70, faceValueFen: 10_000, boxSize: 50, purpose: '春节' })
    await card().submit({ documentId, version: changed.version })
    await expect(card().update({ documentId, ...form() })).rejects.toMatchObject({ code: 'documentState' })
    await card().withdraw({ documentId })
    await card().update({ documentId, ...form() })
    const again = await card().submit({ documentId })
    await expect(finance().reject({ documentId, version: again.version, note: ' ' })).rejects.toMatchObject({
      code: 'C06',
    })
    const back = await finance().reject({ documentId, version: again.version, note: '太多' })
    expect([back.state, back.documentNo]).toEqual(['rejected', again.documentNo])
    await card().submit({ documentId })
  })

  test('is cancelled by its author before the approval, by either of them after it; a draft leaves no number', async () => {
    const other = world.as('card2').cardMaking
    const draft = await card().create(form())
    await expect(other.discard({ documentId: draft.documentId })).rejects.toMatchObject({ code: 'notAuthor' })
    expect(await card().discard({ documentId: draft.documentId })).toMatchObject({
      state: 'discarded',
      documentNo: null,
    })
    const { documentId } = await card().submit({ documentId: (await card().create(form())).documentId })
    await expect(other.cancel({ documentId })).rejects.toMatchObject({ code: 'notAuthor' })
    const cancelled = await card().cancel({ documentId, note: '不需要了' })
    expect(cancelled).toMatchObject({ state: 'cancelled', rejected: 0 })
    expect(cancelled.documentNo).not.toBeNull()
    const second = await card().submit({ documentId: (await card().create(form())).documentId })
    await finance().approve({ documentId: second.documentId, version: second.version })
    expect(await other.cancel({ documentId: second.documentId })).toMatchObject({ state: 'cancelled' })
    await expect(card().generate({ documentId: second.documentId })).rejects.toMatchObject({ code: 'documentState' })
  })

  test('needs no approval where the county asks for none', async () => {
    await set({ makingNeedsApproval: false })
    const { documentId } = await card().create(form())
    const submitted = await card().submit({ documentId })
    await set({ makingNeedsApproval: true })
    expect(submitted.state).toBe('approved')
    const { steps, batch, head } = await card().get({ documentId })
    expect(steps.map(({ action, note }) => [action, note])).toEqual([
      ['submit', ''],
      ['waiveApproval', '无需审批'],
    ])
    expect([head.approver, batch.firstSerial?.length]).toEqual([null, 12])
    await world.jobDone((await card().generate({ documentId })).jobId)
    expect(await stateOf(documentId)).toBe('generated')
  })

  test('is found by its list’s filters', async () => {
    const batch = await makeBatch(world, maker, { quantity: 30 })
    const no = batch.documentNo
    const found = async (filter: object) =>
      (await finance().list(filter)).batches.map(({ head }) => head.documentId).includes(batch.documentId)
    for (const [filter, expected] of [
      [{ containsSerial: batch.serial(29) }, true],
      [{ documentNo: no.slice(-6), manufacturerId: maker.manufacturerId, states: ['sent'] }, true],
      [{ manufacturerId: maker.manufacturerId + 1 }, false],
      [{ states: ['done'] }, false],
      [{ faceValueFen: 20_000 }, false],
      [{ expiresTo: '2029-01-01' }, false],
      [{ expiresFrom: '2029-01-01', person: '人员 finance' }, true],
    ] as const) {
      expect([filter, await found(filter)]).toEqual([filter, expected])
    }
    const { counts } = await finance().list({})
    expect(counts.find(({ state }) => state === 'sent')?.quantity).toBe(1)
  })
})

describe('a new-card file', () => {
  const left = async (documentId: number) => (await card().get({ documentId })).batch.downloadsLeft

  test('goes out as often as allowed: of two at once for the last one, one gets it; finance allows more with a reason', async () => {
    const { documentId } = await makeBatch(world, maker, { quantity: 5 })
    await card().download({ documentId })
    await card().download({ documentId })
    const both = await Promise.allSettled([
      card().download({ documentId }),
      world.as('card2').cardMaking.download({ documentId }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'ZK05' } })
    expect(await left(documentId)).toBe(0)
    const { version } = (await card().get({ documentId })).head
    await expect(
      world.as('card').cardMaking.downloadGrant({ documentId, version, count: 1, reason: 'x' }),
    ).rejects.toMatchObject({ code: 'notAllowed' })
    const grant = { documentId, version, count: 2, reason: '厂家光盘损坏' }
    expect(await finance().downloadGrant(grant)).toMatchObject({ downloadsLeft: 2 })
    await expect(finance().downloadGrant(grant)).rejects.toMatchObject({ code: 'documentMoved' })
    await card().download({ documentId })
    const { steps } = await card().get({ documentId })
    expect(steps.filter(({ action }) => action === 'download')).toHaveLength(4)
    expect(steps.find(({ action }) => action === 'downloadGrant')?.note).toBe('+2 厂家光盘损坏')
  })

  test('counts each time, also when the same call is sent again', async () => {
    const { documentId } = await makeBatch(world, maker, { quantity: 5 })
    const again = () =>
      world.execute({ name: 'cardMaking.download', input: { documentId }, actor: world.actor('card'), key: 'one' })
    await again()
    expect(await again()).toMatchObject({ downloadsLeft: 1 })
    expect(await left(documentId)).toBe(1)
  })

  test('is made and read under the key that finance confirmed, and for no manufacturer out of use', async () => {
    const batch = await makeBatch(world, maker, { quantity: 6 })
    const second = await createMaker(world, '换钥卡厂', 'sm2')
    const approved = await card().submit({ documentId: (await card().create(form())).documentId })
    await finance().approve({ documentId: approved.documentId, version: approved.version })
    const manufacturer = world.as('card').manufacturer
    const { publicKey } = await world.as('card').manufacturer.countyKey({ scheme: 'sm2' })
    const { manufacturerId } = maker
    await expect(
      manufacturer.replaceKey({ manufacturerId: second.manufacturerId, publicKey: 'nonsense' }),
    ).rejects.toMatchObject({ code: 'badPublicKey' })
    const replaced = await manufacturer.replaceKey({ manufacturerId, publicKey })
    expect(replaced.openBatches.map(({ documentId }) => documentId)).toContain(batch.documentId)
    await expect(manufacturer.replaceKey({ manufacturerId: second.manufacturerId, publicKey })).rejects.toMatchObject({
      code: 'manufacturerKeyTaken',
    })
    await expect(card().generate({ documentId: approved.documentId })).rejects.toMatchObject({ code: 'ZK04' })
    const own = (await manufacturer.list({})).manufacturers.find(row => row.manufacturerId === manufacturerId)
    expect(own).toMatchObject({ keyScheme: 'sm2', confirmedAt: null, fingerprint: replaced.fingerprint })
    expect(replaced.fingerprint).toMatch(/^([0-9A-F]{4} ){9}[0-9A-F]{4}$/)
    await world.as('finance').manufacturer.confirm({ manufacturerId, fingerprint: replaced.fingerprint })
    await world.as('finance').manufacturer.disable({ manufacturerId })
    await expect(card().generate({ documentId: approved.documentId })).rejects.toMatchObject({
      code: 'manufacturerDisabled',
    })
    await expect(card().create(form())).rejects.toMatchObject({ code: 'manufacturerDisabled' })
    await manufacturer.disable({ manufacturerId, disabled: false })
    await set({ cardFileKeys: ['openpgp'] })
    await expect(card().generate({ documentId: approved.documentId })).rejects.toMatchObject({
      code: 'keySchemeUnused',
    })
    await set({ cardFileKeys: ['openpgp', 'sm2'] })
    await manufacturer.update({
      manufacturerId,
      name: '新名卡厂',
      contact: '王工',
      phone: '010-12345678',
      address: '北京',
    })
    await expect(
      manufacturer.update({ manufacturerId, name: '换钥卡厂', contact: '', phone: '', address: '' }),
    ).rejects.toMatchObject({ code: 'manufacturerNameTaken' })
    await world.jobDone((await card().generate({ documentId: approved.documentId })).jobId)
    const { batch: row } = await card().get({ documentId: approved.documentId })
    expect(row).toMatchObject({ sealedTo: replaced.fingerprint, keyScheme: 'sm2', manufacturerName: '新名卡厂' })
    expect([row.fileName, row.fileSm3?.length]).toEqual([expect.stringMatching(/^ZK\d+\.sm$/), 64])
  })
})

describe('a batch whose file went out', () => {
  let second: Maker
  beforeAll(async () => {
    second = await createMaker(world, '终止卡厂')
  })
  const deliver = async (batch: MadeBatch, from: number, to: number, deliveryNo: number) =>
    stockIn(
      world,
      batch,
      await second.deliver(batch.documentId, {
        only: { firstSerial: batch.serial(from), lastSerial: batch.serial(to) },
      }),
      deliveryNo,
    )

  test('comes in parts, and is ended: what has not come is dead for ever, what came stays', async () => {
    const batch = await makeBatch(world, second, { quantity: 100 })
    const { documentId, documentNo } = batch
    await deliver(batch, 0, 39, 1)
    expect(await stateOf(documentId)).toBe('partlyStocked')
    await deliver(batch, 60, 79, 2)
    await expect(card().cancel({ documentId, confirmNo: documentNo })).rejects.toMatchObject({ code: 'documentState' })
    await expect(card().terminate({ documentId, note: '厂家停产' })).rejects.toMatchObject({
      code: 'terminateUnconfirmed',
      details: { n: 40 },
    })
    const waiting = await world.as('card').stockIn.create({ batchId: documentId, deliveryNo: 3 })
    expect(await card().terminate({ documentId, note: '厂家停产', confirmNo: documentNo })).toMatchObject({
      state: 'terminated',
      rejected: 40,
    })
    expect((await card().get({ documentId })).batch).toMatchObject({ stocked: 60, rejected: 40, unadmitted: 0 })
    const late = await second.deliver(documentId)
    await expect(
      world.as('card').stockIn.upload({ documentId: waiting.documentId, fileId: await world.upload(late) }),
    ).rejects.toMatchObject({ code: 'documentState' })
    await expect(world.as('card').stockIn.create({ batchId: documentId, deliveryNo: 4 })).rejects.toMatchObject({
      code: 'documentState',
    })
    expect((await auditLedger(world.db)).differences).toEqual([])
  })

  test('that is checked just now is not ended under the stock-in', async () => {
    const batch = await makeBatch(world, second, { quantity: 10 })
    const { documentId, documentNo } = batch
    const stockIns = world.as('card').stockIn
    const created = await stockIns.create({ batchId: documentId, deliveryNo: 1 })
    const fileId = await world.upload(await second.deliver(documentId))
    const ways = await Promise.allSettled([
      stockIns.upload({ documentId: created.documentId, fileId }),
      card().terminate({ documentId, note: '厂家停产', confirmNo: documentNo }),
    ])
    expect(ways.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await auditLedger(world.db)).differences).toEqual([])
  })
})

test('a person sees and ends the work of the own county and station alone', async () => {
  const { documentId } = await card().submit({ documentId: (await card().create(form())).documentId })
  await finance().approve({ documentId, version: (await card().get({ documentId })).head.version })
  const { jobId } = await card().generate({ documentId })
  await world.jobDone(jobId)
  const seen = async (who: Parameters<World['as']>[0]) =>
    (await world.as(who).job.list({})).jobs.map(job => job.jobId).includes(jobId)
  expect(await Promise.all((['card', 'finance', 'system', 'station1', 'attendant'] as const).map(seen))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
  await expect(world.as('station1').job.get({ jobId })).rejects.toMatchObject({ code: 'jobNotFound' })
  await expect(world.as('station1').job.cancel({ jobId })).rejects.toMatchObject({ code: 'jobNotFound' })
  await expect(world.as('finance').job.cancel({ jobId })).rejects.toMatchObject({ code: 'jobNotFound' })
  const elsewhere = { ...world.actor('card'), countyId: 0 }
  await expect(world.as(elsewhere).job.get({ jobId })).rejects.toMatchObject({ code: 'jobNotFound' })
  expect((await world.as('system').job.get({ jobId })).result).toBeNull()
  expect((await world.as('finance').job.get({ jobId })).result).toEqual({ documentId })
  expect(
    await card()
      .generate({ documentId })
      .catch(error => error.code),
  ).toBe('documentState')
  expect(await world.as('card2').job.cancel({ jobId })).toEqual({ asked: false })
})

describe('the plan', () => {
  const figures = {
    ...{ faceValueFen: 5_000, county: 1_000, countyIssuable: 900, stations: 0, inTransit: 0, sellers: 0, halls: 0 },
    ...{ customers: 0, approved: 0, pending: 0, inMaking: 0, sold30: 0, sold90: 0, recharged30: 0, recharged90: 0 },
  }
  test.each([
    [{ recharged30: 300, recharged90: 900 }, 90, 100, { windowDays: 90, quantity: 0 }],
    [{ recharged30: 300, recharged90: 900, approved: 1 }, 90, 100, { windowDays: 90, quantity: 100 }],
    [{ recharged30: 600, recharged90: 900 }, 90, 100, { windowDays: 30, recharged: 600, quantity: 900 }],
    [{ recharged30: 0, recharged90: 901, countyIssuable: 0 }, 90, 100, { quantity: 1_000 }],
    [{ recharged30: 0, recharged90: 1, countyIssuable: 0 }, 7, 1, { quantity: 1 }],
    [{ recharged90: 900, countyIssuable: 100, inMaking: 300, approved: 20, pending: 30 }, 90, 50, { quantity: 550 }],
  ])('suggests by the formula: %o for %i days in boxes of %i', (given, days, box, expected) => {
    expect(suggest({ ...figures, ...given }, days, box)).toMatchObject(expected)
  })

  test('shows every place, reservation and pace', async () => {
    const face = 20_000
    const batch = await stockedBatch(world, { quantity: 500, faceValueFen: face })
    const making = await makeBatch(world, await createMaker(world, '计划卡厂'), { quantity: 70, faceValueFen: face })
    await draw(world, 'station1', batch, { from: 0, quantity: 100, faceValueFen: face })
    const station = world.as('station1')
    const [sellerId] = world.places.sellers
    await station.sellerPurchase.execute({
      sellerId,
      ranges: [{ firstSerial: batch.serial(0), lastSerial: batch.serial(29) }],
      payment: { method: 'cash', amountFen: 30 * face },
      jointCheck: { confirmed: 'paper' },
    })
    const apply = async (quantity: number) =>
      station.stationDraw.submit(
        await station.stationDraw.create({
          lines: [{ faceValueFen: face, quantity }],
          receiver: { name: '领', staffNo: 'L-1' },
        }),
      )
    await apply(11)
    const { documentId, version } = await apply(13)
    await world.as('card').stationDraw.approve({ documentId, version })
    const { rows } = await finance().plan({ faceValueFen: face })
    expect(rows).toEqual([
      {
        faceValueFen: face,
        inUse: true,
        stock: { county: 400, countyIssuable: 400, stations: 70, inTransit: 0, sellers: 30, halls: 0, customers: 0 },
        reserved: { approved: 13, pending: 11 },
        inMaking: 70,
        sales: { days30: 30, days90: 30, perDay30: 1, perDay90: 0.33 },
        recharges: { days30: 0, days90: 0, perDay30: 0, perDay90: 0 },
        suggestion: {
          ...{ windowDays: 90, recharged: 0, stockingDays: 90, approved: 13, pending: 11 },
          ...{ countyStock: 400, inMaking: 70, boxSize: 100, quantity: 0 },
        },
      },
    ])
    await card().terminate({ documentId: making.documentId, note: '不做了', confirmNo: making.documentNo })
    expect((await finance().plan({})).rows.find(row => row.faceValueFen === face)?.inMaking).toBe(0)
    await expect(station.cardMaking.plan({})).rejects.toMatchObject({ code: 'notAllowed' })
  })
})
