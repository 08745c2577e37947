// The one page of every document: attachments that are what they seem, whose turn it is, and nothing of another station.

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, receiver, stockedBatch } from '../../../test/support/card-steps.ts'
import { handOver } from '../../../test/support/hand-over.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { countyId, createWorld, type Person, type World } from '../../../test/support/world.ts'
import { actsOf, awaitedActs } from '../../domain/document-acts.ts'
import { documentKinds, endStates, stepsOf } from '../../domain/document-life.ts'
import { operations } from '../../registry.ts'

const face = 5_000
let world: World
let batch: MadeBatch
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 400 })
})
afterAll(() => world.close())

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13])
const jpg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])
const pdf = Buffer.from('%PDF-1.7\n')
async function* bytes(...parts: Uint8Array[]) {
  yield* parts
}
const upload = (who: Person, name: string, ...parts: Uint8Array[]) => world.upload(bytes(...parts), name, who)
const apply = async (who: Person, quantity = 5) => {
  const station = world.as(who).stationDraw
  return station.submit(await station.create({ lines: [{ faceValueFen: face, quantity }], receiver }))
}
const attach = (who: Person, documentId: number, fileId: number, more: object = {}) =>
  world.as(who).attachment.add({ documentId, fileId, ...more })
const get = (who: Person, documentId: number) => world.as(who).document.get({ documentId })

test('pictures and papers are attached as what their bytes say, and handed out to whoever sees the document', async () => {
  const { documentId, version } = await apply('station1')
  const first = await attach('station1', documentId, await upload('station1', '照片.png', png), { version })
  expect(first).toMatchObject({ attachmentNo: 1, version: version + 1 })
  // A name and its type prove nothing: the bytes do. The beginning may come in pieces.
  await attach('station1', documentId, await upload('station1', '照片.html', jpg.subarray(0, 2), jpg.subarray(2)))
  await attach('card', documentId, await upload('card', 'a.bin', pdf), { name: '../../etc/\u202Epasswd\n' })
  const { attachments } = await world.as('finance').attachment.list({ documentId })
  expect(attachments.map(one => [one.attachmentNo, one.name, one.mediaType, one.addedBy])).toEqual([
    [1, '照片.png', 'image/png', '人员 station1'],
    [2, '照片.html', 'image/jpeg', '人员 station1'],
    [3, '.. .. etc passwd', 'application/pdf', '人员 card'],
  ])
  expect(JSON.stringify(attachments)).not.toContain('path')
  const { download } = await world.as('station1').attachment.get({ documentId, attachmentNo: 3 })
  expect(download).toMatchObject({ fileName: '.. .. etc passwd', mediaType: 'application/pdf', sizeBytes: pdf.length })
  let content = ''
  for await (const chunk of world.services.files.read(download.path)) content += chunk
  expect(content).toBe(pdf.toString())
  await expect(world.as('station1').attachment.get({ documentId, attachmentNo: 4 })).rejects.toMatchObject({
    code: 'fileNotFound',
  })
  const page = await get('card', documentId)
  expect(page.attachments).toHaveLength(3)
  expect(page.steps.map(step => step.action)).toEqual(['submit', 'attach', 'attach', 'attach'])
  // Whoever decides has seen the paper that came meanwhile.
  await expect(world.as('card').stationDraw.approve({ documentId, version })).rejects.toMatchObject({
    code: 'documentMoved',
  })
})

test('what is no picture, too big, too many, somebody else’s or of another station is refused', async () => {
  const { documentId } = await apply('station1')
  const no = (code: string) => ({ code })
  const html = await upload('station1', 'evil.png', Buffer.from('<script>alert(1)</script>'))
  await expect(attach('station1', documentId, html)).rejects.toMatchObject(no('attachmentType'))
  const svg = await upload('station1', 'evil.jpg', Buffer.from('<svg onload="alert(1)"/>'), png)
  await expect(attach('station1', documentId, svg)).rejects.toMatchObject(no('attachmentType'))
  const empty = await upload('station1', 'nothing.pdf')
  await expect(attach('station1', documentId, empty)).rejects.toMatchObject(no('attachmentType'))
  const big = await upload('station1', '扫描.pdf', pdf, Buffer.alloc(10 * 1024 * 1024))
  await expect(attach('station1', documentId, big)).rejects.toMatchObject({
    code: 'C10',
    details: { name: '扫描.pdf' },
  })
  await expect(attach('station1', documentId, 999_999)).rejects.toMatchObject(no('fileNotFound'))
  const cards = await upload('card', 'produced.pdf', pdf)
  await expect(attach('station1', documentId, cards)).rejects.toMatchObject(no('fileNotFound'))

  const own = await upload('station1', 'ok.pdf', pdf)
  const theirs = await upload('station2', 'ok.pdf', pdf)
  for (const read of [
    () => attach('station2', documentId, theirs),
    () => world.as('station2').attachment.list({ documentId }),
    () => world.as('station2').attachment.get({ documentId, attachmentNo: 1 }),
    () => get('station2', documentId),
    () => world.as('attendant').document.get({ documentId }),
  ]) {
    await expect(read()).rejects.toMatchObject(no('documentNotFound'))
  }
  for (const who of ['system', 'security', 'audit'] as const) {
    await expect(get(who, documentId)).rejects.toMatchObject(no('notAllowed'))
  }
  // Ten at once beside one that is there: nine fit.
  await attach('station1', documentId, own)
  const many = await Promise.allSettled(Array.from({ length: 10 }, () => attach('station1', documentId, own)))
  const refused = many.flatMap(one => (one.status === 'rejected' ? [one.reason.code] : []))
  expect(refused).toEqual(['attachmentsFull'])
})

test('the page says what the document waits for, from whom, and why somebody cannot act', async () => {
  const { documentId, version } = await apply('station1')
  const act = async (who: Person | object, operation: string) => {
    const page = await (typeof who === 'string' ? world.as(who as Person) : world.as(who as never)).document.get({
      documentId,
    })
    return page.acts.find(one => one.operation === operation)?.refusedBy
  }
  expect((await get('station1', documentId)).next).toEqual({
    operation: 'stationDraw.approve',
    roles: ['countyCardAdmin'],
  })
  expect(await act('card', 'stationDraw.approve')).toBeNull()
  expect(await act('finance', 'stationDraw.approve')).toBeUndefined()
  expect(await act('finance', 'stationDraw.prepare')).toBe('documentState')
  expect(await act('station1', 'stationDraw.withdraw')).toBeNull()
  const another = { ...world.actor('station1'), operatorId: 999_999 }
  expect(await act(another, 'stationDraw.withdraw')).toBe('notAuthor')
  const author = { ...world.actor('card'), staffNo: world.actor('station1').staffNo }
  expect(await act(author, 'stationDraw.approve')).toBe('C01')
  await world.as('card').stationDraw.approve({ documentId, version })
  const approver = { ...world.actor('finance'), staffNo: world.actor('card').staffNo }
  expect(await act(approver, 'stationDraw.prepare')).toBe('CK04')
  expect(await act('finance', 'stationDraw.prepare')).toBeNull()
  world.setNow(new Date(Date.now() + 30 * 86_400_000))
  expect(await act('finance', 'stationDraw.prepare')).toBe('C14')
  world.setNow(null)
  await sql`update county set settings = settings || '{"separationOfDuties": false}' where county_id = ${countyId}`.execute(
    world.db,
  )
  expect(await act(approver, 'stationDraw.prepare')).toBeNull()
  await sql`update county set settings = settings - 'separationOfDuties' where county_id = ${countyId}`.execute(
    world.db,
  )
})

test('everything that waits for a role and place is there with its age, and goes when it is done', async () => {
  const mine = async (who: Person | object) => {
    const client = typeof who === 'string' ? world.as(who as Person) : world.as(who as never)
    const { documents, groups } = await client.todo.list({ limit: 200 })
    expect(groups.reduce((sum, group) => sum + group.quantity, 0)).toBe(documents.length)
    return documents
  }
  const has = async (who: Person | object, documentId: number) =>
    (await mine(who)).find(one => one.documentId === documentId)?.operation
  const { documentId, version } = await apply('station2', 7)
  expect(await has('card', documentId)).toBe('stationDraw.approve')
  expect(await has('card2', documentId)).toBe('stationDraw.approve')
  expect([await has('finance', documentId), await has('station2', documentId)]).toEqual([undefined, undefined])
  expect(await has({ ...world.actor('card'), staffNo: world.actor('station2').staffNo }, documentId)).toBeUndefined()

  await sql`update county set settings = settings || '{"approvers": {"LS": "countyFinance"}}' where county_id = ${countyId}`.execute(
    world.db,
  )
  expect(await has('finance', documentId)).toBe('stationDraw.approve')
  expect(await has('card', documentId)).toBeUndefined()
  expect((await get('finance', documentId)).next?.roles).toEqual(['countyFinance'])
  await sql`update county set settings = settings - 'approvers' where county_id = ${countyId}`.execute(world.db)

  world.setNow(new Date(Date.now() + 90 * 60_000))
  expect((await mine('card')).find(one => one.documentId === documentId)?.waitedMinutes).toBe(90)
  world.setNow(null)
  const rejected = await world.as('card').stationDraw.reject({ documentId, version, note: '太多' })
  expect(await has('card', documentId)).toBeUndefined()
  expect(await has('station2', documentId)).toBe('stationDraw.submit')
  expect(await has('station1', documentId)).toBeUndefined()
  const again = await world.as('station2').stationDraw.submit({ documentId, version: rejected.version })
  await world.as('card').stationDraw.approve({ documentId, version: again.version })
  expect(await has('finance', documentId)).toBe('stationDraw.prepare')
  expect(await has({ ...world.actor('finance'), staffNo: world.actor('card').staffNo }, documentId)).toBeUndefined()

  await handOver(world, batch, { from: 300, quantity: 1 }, { station: world.places.stations[0] })
  const before = (await mine('station1')).length
  await draw(world, 'station1', batch, { from: 0, quantity: 3 })
  expect((await mine('station1')).length).toBe(before)
  for (const who of ['system', 'security', 'audit', 'attendant'] as const) expect(await mine(who)).toEqual([])
})

test('the table of what can be done fits the lives of documents and the operations there are', () => {
  for (const kind of documentKinds) {
    for (const act of actsOf(kind)) expect(act.states, `${kind} ${act.operation}`).not.toHaveLength(0)
    const states = new Set(stepsOf(kind).flatMap(step => [...step.from, step.to]))
    for (const act of actsOf(kind)) for (const state of act.states) expect([...states]).toContain(state)
    const over = endStates(kind)
    expect(awaitedActs().filter(act => act.kind === kind && over.includes(act.state))).toEqual([])
  }
  for (const act of awaitedActs()) expect(act.states, `${act.kind} ${act.state}`).toContain(act.state)
  const known = documentKinds.flatMap(kind => actsOf(kind).map(act => act.operation))
  expect(known.filter(name => operations.has(name)).length).toBeGreaterThan(20)
})
