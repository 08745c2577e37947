// Slips of real documents: what stands on them, prints counted, papers verified, and a county's own layouts.

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { receiver, stockedBatch } from '../../../test/support/card-steps.ts'
import { handOver } from '../../../test/support/hand-over.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { countyId, createWorld, type Person, type World } from '../../../test/support/world.ts'

const face = 5_000
let world: World
let batch: MadeBatch
let documents: { LS: number; CK: number; RK: number; KF: number }
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 200 })
  documents = { ...(await drawn()), RK: await stockIn(), KF: await frozen() }
})
afterAll(() => world.close())

const range = (first: number, last: number) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })

async function drawn() {
  const station = world.as('station1').stationDraw
  const created = await station.create({ lines: [{ faceValueFen: face, quantity: 12 }], receiver, purpose: '春灌' })
  const { documentId, version } = await station.submit(created)
  const lines = [{ faceValueFen: face, approvedQuantity: 10 }]
  await world.as('card').stationDraw.approve({ documentId, version, lines, note: '库存不多' })
  const finance = world.as('finance').stationDraw
  const issue = await finance.prepare({ documentId })
  await finance.scan({ documentId: issue.documentId, ranges: [range(5, 9), range(0, 4)] })
  await finance.confirmCheck({ documentId: issue.documentId, staffNo: receiver.staffNo })
  await finance.issue({ documentId: issue.documentId })
  await station.accept({ documentId: issue.documentId })
  return { LS: documentId, CK: issue.documentId }
}

async function stockIn() {
  const { documentId } = await world.db
    .selectFrom('document')
    .select('documentId')
    .where('kind', '=', 'RK')
    .executeTakeFirstOrThrow()
  return documentId
}

async function frozen() {
  const [station] = world.places.stations
  const [seller] = world.places.sellers
  await handOver(world, batch, { from: 100, quantity: 5 }, { station, seller })
  const applicant = { name: '王小明', identityNo: '410123199001011234', phone: '13812345678' }
  const { documentId } = await world
    .as('station1')
    .card.freeze({ ranges: [range(100, 104)], reason: 'stolen', applicant })
  return documentId
}

const preview = (who: Person, documentId: number, more: object = {}) =>
  world.as(who).slip.preview({ documentId, ...more })
const print = (who: Person, documentId: number, more: object = {}) =>
  world.as(who).document.print({ documentId, ...more })
const fieldsOf = (slip: { fields: { label: string; value: string }[] }) =>
  Object.fromEntries(slip.fields.map(field => [field.label, field.value]))

test('the slip of an application says what was asked and approved, for whom, and the amount in words', async () => {
  const slip = await preview('station1', documents.LS)
  expect(slip).toMatchObject({
    title: '领卡申请单',
    countyName: '青河县',
    placeName: '城关供电所',
    stateWord: '已完成',
    quantity: 10,
    amountFen: 50_000,
    amount: '¥500.00',
    capitalAmount: '人民币伍佰元整',
    code128: slip.documentNo,
    qr: null,
    print: null,
  })
  expect(slip.lines).toMatchObject([{ faceValueFen: face, quantity: 12, approvedQuantity: 10, amountFen: 50_000 }])
  expect(fieldsOf(slip)).toMatchObject({ 领卡员: '领卡员', 领卡员工号: 'L-1', 用途: '春灌' })
  expect(slip.people.map(person => [person.label, person.name, person.note])).toEqual([
    ['制单', '人员 station1', ''],
    ['审批', '人员 card', '库存不多'],
    ['执行', '', ''],
  ])
  expect(slip.summary).toEqual([{ label: '批准时可申请 50.00元', value: '200张' }])
  expect(slip.layout.signatures).toEqual(['申请人', '所负责人', '审批人', '领卡员'])
})

test('the slip of an issue joins neighbouring ranges and names clerk, check and the application’s approver', async () => {
  const slip = await preview('finance', documents.CK)
  expect(slip.lines).toMatchObject([{ ...range(0, 9), quantity: 10, amountFen: 50_000 }])
  expect(slip.totals).toEqual([{ faceValueFen: face, quantity: 10, amountFen: 50_000 }])
  expect(fieldsOf(slip)).toMatchObject({ 领卡员: '领卡员', 联合检验: '纸面签字', 所验收人: '人员 station1' })
  expect(slip.people.map(person => person.name)).toEqual(['人员 finance', '人员 card', '人员 finance'])
  expect(slip.layout.copies.map(copy => `${copy.name} ${copy.colour}`)).toEqual([
    '存根 white',
    '财务 red',
    '供电所 yellow',
    '随卡 blue',
  ])
  const listed = await preview('finance', documents.CK, { cardByCard: true })
  expect(listed.lines).toHaveLength(10)
  expect(listed.lines[9]).toMatchObject({ lineNo: 10, firstSerial: batch.serial(9), lastSerial: batch.serial(9) })
})

test('batch, stock-in and service have what only they have; nothing shows a PIN or a whole name', async () => {
  const made = await preview('card', batch.documentId)
  expect(made).toMatchObject({ title: '制卡通知单', quantity: 200, capitalAmount: '人民币壹万元整' })
  expect(made.lines).toMatchObject([{ ...range(0, 199), quantity: 200 }])
  expect(fieldsOf(made)).toMatchObject({ 盒数: '2', 每盒张数: '100' })
  expect(fieldsOf(made)['文件摘要 SHA-256']).toMatch(/^[0-9a-f]{16}$/)
  const stocked = await preview('finance', documents.RK)
  expect(stocked).toMatchObject({ title: '充值卡入库单', stateWord: '已入库', quantity: 200 })
  expect(fieldsOf(stocked)).toMatchObject({ 批次: batch.documentNo, 到货次数: '1', 检验方式: '全检' })
  expect(stocked.summary).toEqual([
    { label: '合格', value: '200张' },
    { label: '拒收', value: '0张' },
  ])
  expect(stocked.people[1]).toMatchObject({ label: '审批', name: '无需审批' })
  expect(await preview('finance', documents.RK, { slip: 'differences' })).toMatchObject({
    title: '核对差异表',
    lines: [],
  })
  const service = await preview('attendant', documents.KF)
  expect(fieldsOf(service)).toMatchObject({ 业务: '冻结', 原因: '被盗', 申请人: '王**', 证件号: '4101**********1234' })
  const pin = world.services.pins.draw(batch.stored(100), 12)
  for (const text of [made, stocked, service].map(slip => JSON.stringify(slip))) {
    expect(text).not.toMatch(new RegExp(`王小明|${pin}`))
  }
})

/** A document of another kind as its own part leaves it: only what its slip reads. */
async function written(kind: string, state: string, body: object, more: { holderId?: number; lines?: object[] } = {}) {
  const { rows } = await sql<{ id: number }>`
    insert into document (county_id, kind, state, document_no, holder_id, author_id, body)
    values (${countyId}, ${kind}, ${state}, ${`${kind}41012320261125${String(++numbered).padStart(4, '0')}`},
      ${more.holderId ?? world.places.stations[0]}, ${world.actor('station1').operatorId}, ${JSON.stringify(body)}::jsonb)
    returning document_id as id`.execute(world.db)
  const documentId = rows[0]?.id ?? 0
  for (const [place, [first, last, result, note]] of (more.lines ?? []).map(line => Object.values(line)).entries()) {
    await world.db
      .insertInto('documentLine')
      .values({
        countyId,
        documentId,
        lineNo: place + 1,
        faceValueFen: face,
        quantity: last - first + 1,
        firstSerial: batch.stored(first),
        lastSerial: batch.stored(last),
        result: result ?? null,
        note: note ?? '',
      })
      .execute()
  }
  return documentId
}
let numbered = 0

test('purchase, returns, void and registered sale read what their parts wrote, and miss nothing they did not', async () => {
  const at = (first: number, last: number, result?: string, note?: string) => ({ first, last, result, note })
  const bought = await written(
    'SK',
    'sold',
    {
      sellerName: '售卡员1',
      payment: { method: 'credit', amountFen: 25_000, reference: '' },
      jointCheck: { confirmed: 'password', by: '售卡员1' },
      after: { owedFen: 25_000 },
    },
    { lines: [at(20, 24)] },
  )
  expect(fieldsOf(await preview('station1', bought))).toEqual({
    '售卡员/营业厅': '售卡员1',
    收款方式: '赊销',
    '实收（元）': '250.00',
    联合检验: '口令确认',
    检验签认: '售卡员1',
    '本单后欠款（元）': '250.00',
  })
  const back = await written(
    'TK',
    'returned',
    {
      sellerName: '售卡员1',
      refunds: [
        { method: 'cash', amountFen: 5_000, reference: '' },
        { method: 'offset', amountFen: 10_000, reference: '' },
      ],
    },
    { lines: [at(20, 22, undefined, 'SK410123202611250001')] },
  )
  const refunded = await preview('station1', back)
  expect(refunded.summary).toEqual([
    { label: '退款·现金', value: '50.00元' },
    { label: '退款·冲减欠款', value: '100.00元' },
  ])
  expect(refunded.lines[0]?.note).toBe('SK410123202611250001')
  const taken = await written(
    'FK',
    'partlyTakenIn',
    { inspector: { name: '检验甲' } },
    { lines: [at(30, 34, 'good'), at(35, 36, 'bad', 'soiled')] },
  )
  const inspected = await preview('finance', taken)
  expect(inspected).toMatchObject({ quantity: 5, amountFen: 25_000 })
  expect(inspected.lines.map(line => [line.quantity, line.note])).toEqual([
    [5, ''],
    [2, '不合格：污损'],
  ])
  expect(inspected.summary.map(one => one.value)).toEqual(['0张', '7张', '5张', '2张'])
  const voided = await written('ZF', 'voided', {
    reason: 'stolen',
    physical: true,
    story: '仓库被撬',
    money: { treatment: 'writeOff', reference: '会议纪要' },
    custody: { location: '保险柜', keeper: { name: '保管乙' }, sealNo: 'F-1' },
  })
  expect(fieldsOf(await preview('card', voided))).toMatchObject({
    原因: '被盗',
    有无实物: '有',
    资金处理: '公司核销',
    保管人: '保管乙',
  })
  await expect(preview('card', voided, { slip: 'destruction' })).rejects.toMatchObject({ code: 'slipNotYet' })
  const sold = await written('DS', 'sold', { sellerName: '城关营业厅', buyer: { name: '李四', phone: '13812345678' } })
  expect(fieldsOf(await preview('station1', sold))).toMatchObject({ 购卡人: '李**', 电话: '138******78' })
  // A body of another make leaves blanks and never fails.
  for (const kind of ['ZF', 'PD', 'FS', 'SK', 'TK', 'DS']) {
    for (const body of [
      {},
      { payment: 7, refunds: { a: 1 }, receiver: [], reason: null, buyer: 'x', custody: { keeper: 3 } },
    ]) {
      await expect(preview('station1', await written(kind, 'cancelled', body))).resolves.toMatchObject({ quantity: 0 })
    }
  }
})

test('prints are counted, each with its own check; a scan tells the newest from an earlier and a forged one', async () => {
  const first = await print('station1', documents.LS)
  expect(first).toMatchObject({ print: { printNo: 1, again: false, by: '人员 station1' } })
  const [second, third] = await Promise.all([print('station1', documents.LS), print('card', documents.LS)])
  expect([second, third].map(slip => slip.print?.printNo).sort()).toEqual([2, 3])
  expect(second.print?.again).toBe(true)
  const page = await world.as('card').document.get({ documentId: documents.LS })
  expect(page.prints.map(one => one.printNo)).toEqual([1, 2, 3])

  const verify = (text: string, who: Person = 'finance') => world.as(who).slip.verify({ text })
  const newest = [second, third].find(slip => slip.print?.printNo === 3)
  expect(await verify(newest?.qr ?? '')).toMatchObject({
    result: 'genuine',
    slip: {
      documentId: documents.LS,
      kind: 'LS',
      printNo: 3,
      newest: true,
      changed: false,
      quantity: 10,
      amountFen: 50_000,
    },
  })
  expect(await verify(first.qr ?? '')).toMatchObject({ result: 'genuine', slip: { printNo: 1, newest: false } })
  expect(await verify((first.qr ?? '').replace('.1.', '.2.'))).toEqual({ result: 'forged', slip: null })
  expect(await verify((first.qr ?? '').replace(/.$/, last => (last === '0' ? '1' : '0')))).toMatchObject({
    result: 'forged',
  })
  expect(await verify((first.qr ?? '').replace('.1.', '.9.'))).toMatchObject({ result: 'forged' })
  expect(await verify(first.qr ?? '', 'station2')).toMatchObject({ result: 'forged' })
  expect(await verify(batch.serial(0))).toEqual({ result: 'notSlip', slip: null })

  await sql`update county set settings = settings || '{"slipAddress": "https://cards.example.cn/v"}' where county_id = ${countyId}`.execute(
    world.db,
  )
  const addressed = await print('finance', documents.CK)
  expect(addressed.qr).toMatch(/^https:\/\/cards\.example\.cn\/v#CK/)
  expect(await verify(addressed.qr ?? '')).toMatchObject({ result: 'genuine' })
})

test('a draft, a slip of another kind, another station’s paper are refused', async () => {
  const draft = await world
    .as('station1')
    .stationDraw.create({ lines: [{ faceValueFen: face, quantity: 1 }], receiver })
  await expect(print('station1', draft.documentId)).rejects.toMatchObject({ code: 'printNeedsNumber' })
  expect(await preview('station1', draft.documentId)).toMatchObject({
    documentNo: null,
    code128: null,
    stateWord: '草稿',
  })
  await expect(print('station1', documents.LS, { slip: 'CK' })).rejects.toMatchObject({ code: 'slipOfAnotherKind' })
  await expect(print('station1', documents.LS, { version: 1 })).rejects.toMatchObject({ code: 'documentMoved' })
  for (const who of ['station2', 'attendant'] as const) {
    await expect(print(who, documents.LS)).rejects.toMatchObject({ code: 'documentNotFound' })
    await expect(preview(who, documents.LS)).rejects.toMatchObject({ code: 'documentNotFound' })
  }
  await expect(print('system', documents.LS)).rejects.toMatchObject({ code: 'notAllowed' })
  expect((await print('attendant', documents.KF)).title).toBe('卡片业务受理单')
})

test('finance gives its county its own copies and signatures; white stays the stub, and nobody overwrites unseen', async () => {
  const { layouts } = await world.as('finance').slip.layouts({})
  expect(layouts.map(layout => layout.version)).toEqual(layouts.map(() => 0))
  const own = {
    slip: 'SK' as const,
    version: 0,
    paper: 'a5' as const,
    copies: [
      { name: '存根', colour: 'white' as const },
      { name: '稽核', colour: 'green' as const },
    ],
    signatures: ['售卡人', '购卡人'],
  }
  const set = (more: object, who: Person = 'finance') => world.as(who).slip.setLayout({ ...own, ...more })
  await expect(set({}, 'card')).rejects.toMatchObject({ code: 'notAllowed' })
  await expect(set({ copies: [...own.copies].reverse() })).rejects.toMatchObject({ code: 'stubIsWhite' })
  await expect(set({ copies: [own.copies[0], own.copies[0]] })).rejects.toMatchObject({ code: 'stubIsWhite' })
  await expect(set({ copies: [] })).rejects.toMatchObject({ code: 'badInput' })
  await expect(set({ signatures: [' '] })).rejects.toMatchObject({ code: 'badInput' })
  const both = await Promise.allSettled([set({}), set({ paper: 'a4' }, 'finance2')])
  expect(both.filter(one => one.status === 'fulfilled')).toHaveLength(1)
  expect(both.find(one => one.status === 'rejected')?.reason).toMatchObject({ code: 'layoutMoved' })
  await set({ version: 1, paper: 'a5' })
  const slip = await preview('station1', await written('SK', 'sold', {}))
  expect(slip.layout).toEqual({ paper: 'a5', copies: own.copies, signatures: own.signatures })
})
