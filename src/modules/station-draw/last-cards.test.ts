// Fifty stations and the last cards: granted and left make the stock, whatever happens at the same moment.

import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { receiver, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { createOperator, createPlace } from '../../domain/county.ts'
import { auditLedger } from '../../domain/ledger-audit.ts'
import type { Actor } from '../../kernel/operation.ts'
import { Refusal } from '../../kernel/refusal.ts'

const stock = 100
const face = 5_000
const stationCount = 50
let world: World
let batch: MadeBatch
let stations: Actor[]
beforeEach(async () => {
  // A race lost in the database would be a failure here: nobody waits in a circle.
  world = await createWorld({ maxTries: 1 })
  batch = await stockedBatch(world, { quantity: stock })
  stations = await world.inTransaction(async tx => {
    const actors: Actor[] = []
    for (let n = 0; n < stationCount; n += 1) {
      const code = `D${n}`
      const holderId = await createPlace(tx, { countyId: 1, kind: 'station', code, name: `供电所${n}`, parentId: null })
      const person = { countyId: 1, role: 'stationCardAdmin' as const, holderId, staffNo: `D-${n}`, name: `所员${n}` }
      const operatorId = await createOperator(tx, { ...person, signInName: code, passwordHash: '-' })
      actors.push({ ...world.actor('station1'), ...person, operatorId })
    }
    return actors
  })
})
afterEach(async () => {
  expect((await auditLedger(world.db)).differences).toEqual([])
  await world.close()
})

const finance = () => world.as('finance').stationDraw
const county = () => world.as('card').stationDraw
const range = (first: number, last: number) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
const create = (who: Actor, quantity: number) =>
  world.as(who).stationDraw.create({ lines: [{ faceValueFen: face, quantity }], receiver })
const seen = async (documentId: number) => (await county().get({ kind: 'LS', documentId })).head.version

/** True when it was done; false when it was refused by one of the codes. Anything else is a failure. */
async function tried(codes: readonly string[], work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    expect(codes).toContain(error.code)
    return false
  }
}

/** Stock, and what is open of it, by the tables alone. */
async function figures() {
  const { rows } = await sql<{ stock: number; open: number; issued: number }>`
    select (select coalesce(sum(last_serial - first_serial + 1), 0)::int from card_range where state = 'county') as stock,
      (select coalesce(sum(coalesce(l.approved_quantity, l.quantity)), 0)::int from document d join document_line l using (county_id, document_id)
        where d.kind = 'LS' and d.state in ('pendingApproval', 'approved')) as open,
      (select coalesce(sum(last_serial - first_serial + 1), 0)::int from card_range where state = 'station') as issued`.execute(
    world.db,
  )
  return rows[0] ?? { stock: 0, open: 0, issued: 0 }
}

test('fifty stations apply at once, round after round; who gives back makes room at the end of the line', async () => {
  let left = stock
  for (let round = 0; round < 3; round += 1) {
    const wanted = stations.map((_, n) => 2 + ((n + round) % 5))
    const drafts = await Promise.all(stations.map((who, n) => create(who, wanted[n] ?? 1)))
    const granted = await Promise.all(
      drafts.map(({ documentId }, n) =>
        tried(['LS01'], () => world.as(stations[n] ?? world.actor('station1')).stationDraw.submit({ documentId })),
      ),
    )
    const sum = granted.reduce((total, done, n) => total + (done ? (wanted[n] ?? 0) : 0), 0)
    left -= sum
    expect(await figures()).toEqual({ stock, open: stock - left, issued: 0 })
    expect(left).toBeGreaterThanOrEqual(0)
    const refused = wanted.filter((_, n) => !granted[n])
    expect(Math.min(...refused)).toBeGreaterThan(left)
    // Half of those who got some give it back, all at once with the others asking in vain for what is not there.
    const back = drafts.flatMap(({ documentId }, n) => (granted[n] && n % 2 === 0 ? [{ documentId, n }] : []))
    await Promise.all(
      back.map(({ documentId, n }) =>
        world.as(stations[n] ?? world.actor('station1')).stationDraw.withdraw({ documentId }),
      ),
    )
    left += back.reduce((total, { n }) => total + (wanted[n] ?? 0), 0)
    expect((await figures()).open).toBe(stock - left)
  }
})

test('approvals, cuts, issues, rejections and applications at the same time never give out more than there is', async () => {
  const applications = await Promise.all(
    stations.slice(0, 20).map(async who => {
      const { documentId } = await create(who, 4)
      return world.as(who).stationDraw.submit({ documentId })
    }),
  )
  const issueOf = async (documentId: number, first: number) => {
    const issue = await finance().prepare({ documentId })
    await finance().scan({ documentId: issue.documentId, ranges: [range(first, first + 3)] })
    await finance().confirmCheck({ documentId: issue.documentId, staffNo: receiver.staffNo })
    await finance().issue({ documentId: issue.documentId })
  }
  const decided = applications.map(async ({ documentId, version }, n) => {
    if (n % 5 === 4) return county().reject({ documentId, version, note: '缓办' })
    const lines = n % 5 === 3 ? [{ faceValueFen: face, approvedQuantity: 1 }] : []
    await county().approve({ documentId, version, lines, note: '核减' })
    if (n % 5 < 2) await issueOf(documentId, n * 4)
  })
  const late = stations.slice(20).map(async who => {
    const { documentId } = await create(who, 5)
    return tried(['LS01'], () => world.as(who).stationDraw.submit({ documentId }))
  })
  await Promise.all([...decided, ...late])
  const { stock: left, open, issued } = await figures()
  expect([left, issued]).toEqual([stock - 32, 32])
  expect(open).toBeLessThanOrEqual(left)
  const { rows } = await world
    .as(stations[0] ?? world.actor('station1'))
    .stationDraw.available({ faceValuesFen: [face] })
  expect(rows[0]?.available).toBe(left - open)
})

test('a void below what is open is done; the later applications are cut at approval and at issue', async () => {
  const [one, two, three] = stations
  if (!one || !two || !three) throw new Error('there are fifty stations')
  const submit = async (who: Actor, quantity: number) =>
    world.as(who).stationDraw.submit({ documentId: (await create(who, quantity)).documentId })
  const [first, second] = [await submit(one, 40), await submit(two, 40)]
  await county().approve({ documentId: first.documentId, version: first.version })
  await county().approve({ documentId: second.documentId, version: second.version })
  const third = await submit(three, 10)

  const voids = world.as('finance').cardVoid
  const paper = await voids.create({
    reason: 'soiled',
    physical: true,
    ranges: [range(50, 99)],
    responsible: { name: '保管员', staffNo: 'B-1' },
    custody: { location: '县公司库房', keeper: { name: '保管员', staffNo: 'B-1' } },
  })
  const proposed = await voids.submit({ documentId: paper.documentId })
  const approved = await world.as('card').cardVoid.approve({ documentId: paper.documentId, version: proposed.version })
  await world
    .as('finance')
    .cardVoid.execute({ documentId: paper.documentId, version: approved.version, confirmQuantity: 50 })
  expect(await figures()).toEqual({ stock: 50, open: 90, issued: 0 })

  await expect(
    county().approve({ documentId: third.documentId, version: await seen(third.documentId) }),
  ).rejects.toMatchObject({ code: 'LS04', details: { b: 0 } })
  const issue = async (documentId: number, from: number, quantity: number, shortReason: string | null = null) => {
    const { documentId: slip } = await finance().prepare({ documentId })
    await finance().scan({ documentId: slip, ranges: [range(from, from + quantity - 1)], shortReason })
    await finance().confirmCheck({ documentId: slip, staffNo: receiver.staffNo })
    try {
      return await finance().issue({ documentId: slip })
    } catch (error) {
      await finance().cancelIssue({ documentId: slip })
      throw error
    }
  }
  await expect(issue(second.documentId, 0, 40)).rejects.toMatchObject({ code: 'CK07', details: { b: 40 } })
  expect(await issue(second.documentId, 0, 10, '县库存不足')).toMatchObject({ quantity: 10 })
  expect(await issue(first.documentId, 10, 40)).toMatchObject({ quantity: 40 })
  expect(await figures()).toMatchObject({ stock: 0, issued: 50 })
})

test('two clerks on the same cards: one has them, the other reads where they are', async () => {
  for (let round = 0; round < 5; round += 1) {
    const papers = await Promise.all(
      stations.slice(round * 3, round * 3 + 3).map(async who => {
        const { documentId } = await create(who, 6)
        const submitted = await world.as(who).stationDraw.submit({ documentId })
        await county().approve({ documentId, version: submitted.version })
        return finance().prepare({ documentId })
      }),
    )
    const outcomes = await Promise.all(
      papers.map(({ documentId }, n) =>
        tried(['C07'], () =>
          world.as(n % 2 === 0 ? 'finance' : 'finance2').stationDraw.scan({
            documentId,
            ranges: [range(round * 10 + n * 2, round * 10 + n * 2 + 5)],
          }),
        ),
      ),
    )
    expect(outcomes.filter(Boolean)).toHaveLength(1)
    const twice = await sql`
      select from claim a join claim b on a.first_serial < b.first_serial and a.last_serial >= b.first_serial`.execute(
      world.db,
    )
    expect(twice.rows).toEqual([])
    for (const { documentId } of papers) await finance().cancelIssue({ documentId })
  }
  expect(await world.db.selectFrom('claim').selectAll().execute()).toEqual([])
})
