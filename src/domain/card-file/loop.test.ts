// The loop of the two card files with faults in it: all seven classes, deliveries in parts, files that must be refused.

import { Readable } from 'node:stream'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMaker, type MadeBatch, type Maker, makeBatch } from '../../../test/support/maker.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { auditLedger } from '../ledger-audit.ts'
import { printSerial } from '../serial.ts'
import { makeKeys, type OwnKey, openStream, peerOf, readOwnKey, schemeOf, sealSchemes, sealStream } from './envelope.ts'
import { makeKeyPair, readPublicKey } from './openpgp.ts'

let world: World
let maker: Maker
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.close())

const text = async (bytes: AsyncIterable<Uint8Array>) => {
  const parts: Uint8Array[] = []
  for await (const part of bytes) parts.push(part)
  return Buffer.concat(parts)
}

const bytesOf = (clear: string | Buffer) => (typeof clear === 'string' ? Buffer.from(clear) : clear)

/** A delivery opened, its clear text changed, and sealed again by the same manufacturer (or by somebody else). */
async function altered(batch: MadeBatch, change: (clear: string) => string | Buffer, by = maker.own): Promise<Buffer> {
  const county = await world.services.countyKeys.privateKey(1, schemeOf(maker.own))
  const clear = await text(openStream(await maker.deliver(batch.documentId), { as: county, by: peerOf(maker.own) }))
  const to = peerOf(county)
  return text(sealStream(Readable.from([bytesOf(change(clear.toString()))]), { to, by }))
}

const sealedFor = (reader: OwnKey, clear: string) =>
  text(sealStream(Readable.from([Buffer.from(clear)]), { to: peerOf(reader), by: maker.own }))

/** Begins a stock-in and compares the file; the error is the job's. */
async function compare(batch: MadeBatch, file: Buffer, deliveryNo: number) {
  const operations = world.as('card').stockIn
  const { documentId } = await operations.create({ batchId: batch.documentId, deliveryNo })
  const { jobId } = await operations.upload({ documentId, fileId: await world.upload(Readable.from([file])) })
  const problem = await world.jobDone(jobId).then(
    () => null,
    (error: Error) => error.message,
  )
  return { documentId, problem, ...(await operations.get({ documentId })) }
}

const batchState = async (batch: MadeBatch) =>
  (await world.as('card').cardMaking.get({ documentId: batch.documentId })).head.state

describe.each(sealSchemes)('sealed by %s', scheme => {
  beforeAll(async () => {
    maker = await createMaker(world, `卡厂 ${scheme}`, scheme)
  })

  test('every number ends in one of seven classes, and only what passed both checks enters', async () => {
    const batch = await makeBatch(world, maker, { quantity: 1_000 })
    const own = (n: number) => batch.serial(n)
    const stranger = printSerial(batch.stored(1_005))
    const file = await altered(batch, clear => {
      const lines = clear.split('\n')
      const at = (n: number) => lines.findIndex(line => line.startsWith(own(n)))
      const edit = (n: number, change: (line: string) => string) => {
        lines[at(n)] = change(lines[at(n)] ?? '')
      }
      for (const n of [20, 21, 22]) edit(n, line => line.replace(/ok$/, 'faulty:划伤'))
      edit(30, line => line.replace(/,(\d)/, (_all, digit: string) => `,${(Number(digit) + 1) % 10}`))
      for (const n of [40, 41]) edit(n, line => line.replace('50.00', '100.00'))
      lines.splice(at(50), 0, lines[at(50)] ?? '')
      lines.splice(at(10), 10)
      lines.splice(at(999) + 1, 0, `${stranger},123456789012,50.00,ok`)
      return lines.join('\n').replace('end 1000', `end ${1_000 + 1 - 10 + 1}`)
    })
    const { documentId, counts, results, problem } = await compare(batch, file, 1)
    expect(problem).toBeNull()
    expect(counts).toEqual({
      match: 1_000 - 10 - 3 - 1 - 2 - 1,
      missing: 10,
      extra: 1,
      duplicate: 1,
      changedPin: 1,
      changedFace: 2,
      reportedFaulty: 3,
    })
    expect(results.filter(row => row.class !== 'match')).toEqual([
      { class: 'missing', firstSerial: own(10), lastSerial: own(19), quantity: 10, reason: '' },
      { class: 'reportedFaulty', firstSerial: own(20), lastSerial: own(22), quantity: 3, reason: '划伤' },
      { class: 'changedPin', firstSerial: own(30), lastSerial: own(30), quantity: 1, reason: '' },
      { class: 'changedFace', firstSerial: own(40), lastSerial: own(41), quantity: 2, reason: '10000' },
      { class: 'duplicate', firstSerial: own(50), lastSerial: own(50), quantity: 1, reason: '' },
      { class: 'extra', firstSerial: stranger, lastSerial: stranger, quantity: 1, reason: '' },
    ])

    const card = world.as('card').stockIn
    await expect(card.submit({ documentId })).rejects.toMatchObject({ code: 'RK05' })
    await expect(
      card.inspect({ documentId, exceptions: [{ firstSerial: own(19), lastSerial: own(20), reason: '划痕' }] }),
    ).rejects.toMatchObject({ code: 'rangesNotMovable' })
    await card.inspect({ documentId, exceptions: [{ firstSerial: own(60), lastSerial: own(61), reason: '划痕' }] })
    const { version } = await card.submit({ documentId })
    const finance = world.as('finance').stockIn
    await expect(finance.accept({ documentId, version })).rejects.toMatchObject({ code: 'RK06', details: { n: 9 } })
    await expect(finance.accept({ documentId, version: version - 1, confirm: '拒收' })).rejects.toMatchObject({
      code: 'documentMoved',
    })
    const accepted = await finance.accept({ documentId, version, confirm: '拒收' })
    expect(accepted).toMatchObject({ state: 'stocked', admitted: 981, rejected: 9 })
    expect(await batchState(batch)).toBe('partlyStocked')

    const { rows: rejected } = await sql<{ first: number; cards: number; reason: string }>`
      select first_serial - ${batch.stored(0)}::bigint as first, (last_serial - first_serial + 1)::int as cards, reason
      from rejected_range where batch_id = ${batch.documentId} order by first_serial`.execute(world.db)
    expect(rejected).toEqual([
      { first: 20, cards: 3, reason: 'reportedFaulty: 划伤' },
      { first: 30, cards: 1, reason: 'changedPin' },
      { first: 40, cards: 2, reason: 'changedFace: 10000' },
      { first: 50, cards: 1, reason: 'duplicate' },
      { first: 60, cards: 2, reason: 'inspectionFailed: 划痕' },
    ])

    // The second delivery brings what was missing, and names two numbers that were dealt with before.
    const late = await altered(batch, clear => {
      const lines = clear.split('\n')
      const kept = lines.filter(line => !/^\d/.test(line) || [5, 12, 13, 30].some(n => line.startsWith(own(n))))
      return kept.join('\n').replace('end 1000', 'end 4')
    })
    const second = await compare(batch, late, 2)
    expect(second.counts).toMatchObject({ match: 2, missing: 8, duplicate: 2, changedPin: 0 })
    const firstNo = accepted.documentNo
    expect(second.results.filter(row => row.class === 'duplicate').map(row => row.reason)).toEqual([firstNo, firstNo])
    await card.inspect({ documentId: second.documentId })
    const again = await card.submit({ documentId: second.documentId })
    await finance.accept({ documentId: second.documentId, version: again.version })
    const { batch: row } = await world.as('card').cardMaking.get({ documentId: batch.documentId })
    expect(row).toMatchObject({ stocked: 983, rejected: 9, unadmitted: 8 })

    // The first delivery once more: nothing in it is new.
    const again1 = await compare(batch, file, 9)
    expect([again1.problem, again1.head.state, again1.details.problem?.details]).toEqual([
      'RK03',
      'draft',
      { n: 990, no: firstNo },
    ])

    const rest = await compare(
      batch,
      await text(await maker.deliver(batch.documentId, { only: { firstSerial: own(10), lastSerial: own(19) } })),
      3,
    )
    expect(rest.counts).toMatchObject({ match: 8, missing: 0, duplicate: 2 })
    await card.inspect({ documentId: rest.documentId })
    const third = await card.submit({ documentId: rest.documentId })
    await finance.accept({ documentId: rest.documentId, version: third.version })
    expect(await batchState(batch)).toBe('done')
    const { entries } = await finance.ledger({ batchId: batch.documentId })
    expect(entries.reduce((sum, entry) => sum + entry.quantity, 0)).toBe(991)
  })

  test('a file that is not the manufacturer’s, or not of this batch, is refused and nothing of it is believed', async () => {
    const batch = await makeBatch(world, maker, { quantity: 30 })
    const other = await makeBatch(world, maker, { quantity: 30 })
    const stranger = await readOwnKey((await makeKeys(scheme, 'stranger')).privateKey)
    const whole = await altered(batch, clear => clear)
    const flipped = Buffer.from(whole)
    flipped[flipped.length - 60] = (flipped[flipped.length - 60] ?? 0) ^ 1
    const cases: [string, Buffer][] = [
      ['RK01', await altered(batch, clear => clear, stranger)],
      ['fileNotOpened', flipped],
      ['fileNotOpened', whole.subarray(0, whole.length - 40)],
      ['fileNotOpened', whole.subarray(0, 30)],
      ['fileNotOpened', await sealedFor(stranger, 'for somebody else\n')],
      ['fileNotOpened', Buffer.from('nothing sealed at all')],
      ['fileNotOpened', Buffer.alloc(0)],
      ['RK02', await altered(other, clear => clear)],
      ['badCardFile', await altered(batch, clear => clear.replace('end 30', 'end 29'))],
      ['badCardFile', await altered(batch, clear => clear.replace('end 30\n', ''))],
      ['badCardFile', await altered(batch, clear => clear.replace('produced-cards 1', 'produced-cards 2'))],
      ['badCardFile', await altered(batch, clear => clear.replace(',ok', ',perhaps'))],
      ['badCardFile', await altered(batch, clear => `${clear}more\n`)],
      ['badCardFile', await altered(batch, clear => Buffer.from(clear.replace(',ok', ',faulty:\xe9\xff'), 'latin1'))],
      ['badCardFile', await altered(batch, clear => Buffer.from(clear, 'utf16le'))],
      ['badCardFile', await altered(batch, clear => clear.replace(',ok', `,faulty:${'长'.repeat(400)}`))],
      ['badCardFile', await altered(batch, clear => clear.slice(0, -1))],
      [
        'badCardFile',
        await altered(batch, clear =>
          clear.replace(
            batch.serial(3),
            batch.serial(3).replace(/.$/, d => String((Number(d) + 1) % 10)),
          ),
        ),
      ],
    ]
    for (const [place, [code, file]] of cases.entries()) {
      const { problem, head, details, results } = await compare(batch, file, place + 1)
      expect([place, problem]).toEqual([place, code])
      expect([head.state, details.problem?.code, results]).toEqual(['draft', code, []])
      expect(await batchState(batch)).toBe('sent')
    }
    const { rows } = await sql<{ n: number }>`
      select (select count(*) from card_range where batch_id = ${batch.documentId})
        + (select count(*) from rejected_range where batch_id = ${batch.documentId}) as n`.execute(world.db)
    expect(rows).toEqual([{ n: 0 }])
    expect((await auditLedger(world.db)).differences).toEqual([])
  })

  test('a stock-in cancelled or compared anew lets its batch go on', async () => {
    const batch = await makeBatch(world, maker, { quantity: 20 })
    const file = await altered(batch, clear => clear)
    const { documentId } = await compare(batch, file, 1)
    const card = world.as('card').stockIn
    expect(await batchState(batch)).toBe('checking')
    await expect(card.create({ batchId: batch.documentId, deliveryNo: 2 })).rejects.toMatchObject({
      code: 'documentState',
    })
    const { jobId } = await card.upload({ documentId, fileId: await world.upload(Readable.from([file])) })
    await world.jobDone(jobId)
    await card.cancel({ documentId })
    expect(await batchState(batch)).toBe('sent')
    await compare(batch, file, 1)
  })
})

test('who confirms a key is not who registered it, and a wrong fingerprint is refused', async () => {
  const { publicKey, privateKey } = await makeKeyPair('second maker')
  const card = world.as('card').manufacturer
  await expect(card.register({ name: 'x', publicKey: privateKey })).rejects.toMatchObject({ code: 'badPublicKey' })
  await expect(card.register({ name: 'x', publicKey: 'nonsense' })).rejects.toMatchObject({ code: 'badPublicKey' })
  const { manufacturerId, fingerprint } = await card.register({ name: '第二卡厂', publicKey })
  await expect(card.register({ name: '第二卡厂', publicKey })).rejects.toMatchObject({ code: 'manufacturerNameTaken' })
  const finance = world.as('finance').manufacturer
  await expect(finance.confirm({ manufacturerId, fingerprint: 'ABCD' })).rejects.toMatchObject({
    code: 'fingerprintDiffers',
  })
  const samePerson = { ...world.actor('finance'), staffNo: world.actor('card').staffNo }
  await expect(world.as(samePerson).manufacturer.confirm({ manufacturerId, fingerprint })).rejects.toMatchObject({
    code: 'keyConfirmedByAnother',
  })
  const making = world.as('card').cardMaking
  const created = await making.create({ faceValueFen: 5_000, quantity: 5, manufacturerId, expectedOn: '2030-01-31' })
  const { documentId, version } = await making.submit(created)
  await world.as('finance').cardMaking.approve({ documentId, version })
  await expect(making.generate({ documentId })).rejects.toMatchObject({ code: 'ZK04' })
  await finance.confirm({ manufacturerId, fingerprint: fingerprint.toLowerCase().replaceAll(' ', '') })
  await world.jobDone((await making.generate({ documentId })).jobId)
  const key = await readPublicKey((await card.countyKey({})).publicKey, new Date())
  expect(key.isPrivate()).toBe(false)
})
