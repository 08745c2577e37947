// Nobody reaches another county's or another station's data: every operation called with their ids answers no or nothing, and changes nothing.

import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createCounty, createOperator, createPlace, singleHolder } from '../src/domain/county.ts'
import { createDocument } from '../src/domain/document.ts'
import { documentKinds, stepsOf } from '../src/domain/document-life.ts'
import type { OperatorRole } from '../src/domain/roles.ts'
import { printSerial, storedSerial } from '../src/domain/serial.ts'
import { admitCards, moveCards } from '../src/domain/stock.ts'
import type { Tx } from '../src/kernel/db.ts'
import { enqueueJob } from '../src/kernel/jobs.ts'
import type { Actor } from '../src/kernel/operation.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { anonymous, openSession } from '../src/kernel/session.ts'
import { operations } from '../src/registry.ts'
import { type Ids, idsIn, inputWith } from './support/id-walk.ts'
import { rightPasswordHash } from './support/sign-in.ts'
import { createWorld, type Person, type World } from './support/world.ts'

/** Stands in every name, note and body of theirs, and in nothing else. */
const marker = '机密标记'
let world: World
beforeAll(async () => {
  world = await createWorld({ runJobs: false, passwordHash: await rightPasswordHash() })
})
afterAll(() => world.close())

interface Theirs {
  countyId: number
  station: number
  seller: number
  people: Record<'card' | 'finance' | 'station', Actor>
}

async function farCounty(tx: Tx): Promise<Theirs> {
  const countyId = 2
  await createCounty(tx, { countyId, code: '410124', name: marker, nameEn: marker, hotlineNumber: '95597' })
  const place = { countyId, name: marker, nameEn: marker }
  const station = await createPlace(tx, { ...place, kind: 'station', code: 'Z1', parentId: null })
  const seller = await createPlace(tx, { ...place, kind: 'seller', code: 'Z2', parentId: station })
  const person = async (role: OperatorRole, holderId: number | null): Promise<Actor> => {
    const common = { countyId, role, holderId, staffNo: `Z-${role}`, name: marker }
    const signInName = `z.${role}`
    return {
      ...anonymous,
      ...common,
      operatorId: await createOperator(tx, { ...common, signInName, passwordHash: '-' }),
    }
  }
  const people = {
    card: await person('countyCardAdmin', null),
    finance: await person('countyFinance', null),
    station: await person('stationCardAdmin', station),
  }
  return { countyId, station, seller, people }
}

/** A document in every state from which something can be done with its kind, cards at every place, and one of everything else; answers their ids. */
async function fillWith(tx: Tx, { countyId, station, seller, people }: Theirs, firstNumber: number): Promise<Ids> {
  const county = await singleHolder(tx, countyId, 'county')
  const operatorId = people.finance.operatorId ?? 0
  const stationOnly = ['LS', 'CK', 'FS', 'FK', 'SK', 'TK', 'DS']
  const documents: number[] = []
  for (const kind of documentKinds) {
    for (const state of new Set(stepsOf(kind).flatMap(step => step.from))) {
      const author = stationOnly.includes(kind) ? people.station : people.card
      const holderId = stationOnly.includes(kind) ? station : county
      const { documentId } = await createDocument(tx, author, { kind, holderId, note: marker, body: { marker } })
      await tx
        .updateTable('document')
        .set({ state, documentNo: ['draft', 'discarded'].includes(state) ? null : `${marker}${documentId}` })
        .where('documentId', '=', documentId)
        .execute()
      documents.push(documentId)
    }
  }
  const stored = await tx
    .insertInto('storedFile')
    .values({
      countyId,
      name: marker,
      mediaType: 'text/plain',
      sizeBytes: 1,
      sha256: Buffer.alloc(32),
      path: 'x',
      storedBy: operatorId,
    })
    .returning('fileId')
    .executeTakeFirstOrThrow()
  const { manufacturerId } = await tx
    .insertInto('manufacturer')
    .values({ countyId, name: `${marker}厂`, publicKey: marker, fingerprint: marker, registeredBy: operatorId })
    .returning('manufacturerId')
    .executeTakeFirstOrThrow()
  const serials = await cards(tx, { countyId, station, seller, people }, manufacturerId, firstNumber)
  const jobId = await enqueueJob(tx, { countyId, kind: 'marker', input: { marker }, createdBy: operatorId })
  const callId = randomUUID()
  await sql`
    insert into call (county_id, call_id, engine, trunk, codec, caller, called, language, node)
    values (${countyId}, ${callId}, 'sip', ${marker}, 'PCMA', '13800138000', '95598', 'zh-CN', 'n')`.execute(tx)
  await openSession(tx, { countyId, operatorId }, 1, { address: marker, userAgent: marker })
  const session = await tx
    .selectFrom('session')
    .select('sessionId')
    .where('operatorId', '=', operatorId)
    .executeTakeFirstOrThrow()
  return {
    documentId: documents,
    applicationId: documents,
    issueId: documents,
    batchId: documents,
    parentId: [station],
    holderId: [station, seller],
    stationId: [station],
    sellerId: [seller],
    fromHolderId: [station, seller],
    toHolderId: [station, seller],
    fileId: [stored.fileId],
    manufacturerId: [manufacturerId],
    jobId: [jobId],
    operatorId: [operatorId],
    sessionId: [session.sessionId],
    callId: [callId],
    serial: serials,
    firstSerial: serials,
    lastSerial: serials,
    countyId: [2],
  }
}

/** Three cards: at the county, at the station, at the seller. */
async function cards(tx: Tx, theirs: Theirs, manufacturerId: number, firstNumber: number): Promise<string[]> {
  const { countyId, station, seller, people } = theirs
  const county = await singleHolder(tx, countyId, 'county')
  const { documentId } = await createDocument(tx, people.card, { kind: 'ZK', holderId: county, note: marker })
  const [firstSerial, lastSerial] = [storedSerial(countyId, firstNumber), storedSerial(countyId, firstNumber + 2)]
  const batch = { countyId, batchId: documentId, faceValueFen: 5_000, quantity: 3, firstSerial, lastSerial }
  const made = { expiresOn: '2099-12-31', manufacturerId, pinKey: 'k', generatedAt: new Date() }
  await tx
    .insertInto('batch')
    .values({ ...batch, ...made })
    .execute()
  for (let stored = firstSerial; stored <= lastSerial; stored += 1) {
    const pinMac = Buffer.alloc(32, stored % 251)
    await tx.insertInto('card').values({ countyId, serial: stored, batchId: documentId, pinMac }).execute()
  }
  const cause = { countyId, documentId, operatorId: people.card.operatorId ?? 0, at: new Date() }
  const admitted = [{ firstSerial, lastSerial }]
  await admitCards(tx, { ...cause, batchId: documentId, admitted, rejected: [], countyHolderId: county })
  const away = [{ firstSerial: firstSerial + 1, lastSerial }]
  await moveCards(tx, { ...cause, kind: 'draw', ranges: away, fromHolderId: county, toHolderId: station })
  const sold = [{ firstSerial: lastSerial, lastSerial }]
  await moveCards(tx, { ...cause, kind: 'purchase', ranges: sold, fromHolderId: station, toHolderId: seller })
  return [firstSerial, firstSerial + 1, lastSerial].map(printSerial)
}

/** Everything that is written of a county, table by table; or of documents and cards of some places alone. */
async function picture(where: { countyId: number; holders?: readonly number[] }): Promise<Record<string, string>> {
  const { rows: tables } = await sql<{ name: string }>`
    select c.table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and c.column_name = ${where.holders ? 'holder_id' : 'county_id'} and t.table_type = 'BASE TABLE'
      and c.table_name not like 'audit%' and c.table_name <> 'document_counter'`.execute(world.db)
  const seen: Record<string, string> = {}
  for (const { name } of tables) {
    const mine = where.holders
      ? sql`t.holder_id = any(${[...where.holders]}::int[])`
      : sql`t.county_id = ${where.countyId}`
    const { rows } = await sql<{ digest: string }>`
      select md5(coalesce(string_agg(t::text, ',' order by t::text), '')) as digest from ${sql.table(name)} t where ${mine}`.execute(
      world.db,
    )
    seen[name] = rows[0]?.digest ?? ''
  }
  return seen
}

interface Attempt {
  name: string
  actor: Actor
  input: unknown
}

/** Every operation with each of these ids in turn, as those of the people who may call it, one after the other. */
function attempts(people: readonly Actor[], ids: Ids): Attempt[] {
  return [...operations].flatMap(([name, operation]) => {
    const allowed = people.filter(actor => operation.roles.includes(actor.role))
    if (name === 'auth.logout' || operation.kind === 'remote') return []
    const turns = Math.max(allowed.length, ...idsIn(operation, ids).map(id => ids[id]?.length ?? 1))
    return Array.from({ length: turns }, (_, turn) => ({
      name,
      actor: allowed[turn % allowed.length],
      input: inputWith(operation, ids, turn),
    })).flatMap(({ actor, ...asked }) => (actor ? [{ ...asked, actor }] : []))
  })
}

/** What went wrong: an answer that shows theirs, or a failure that is no refusal. Also how often each code was said. */
async function run(all: readonly Attempt[]): Promise<{ faults: string[]; outcomes: Map<string, Set<string>> }> {
  const faults: string[] = []
  const outcomes = new Map<string, Set<string>>()
  const lanes = Array.from({ length: 8 }, async (_, lane) => {
    for (let place = lane; place < all.length; place += 8) {
      const attempt = all[place]
      if (!attempt) continue
      const said = await world
        .execute(attempt)
        .then(answer => (JSON.stringify(answer).includes(marker) ? 'SHOWN' : 'done'))
        .catch((error: unknown) =>
          error instanceof Refusal ? showing(error) : `BROKEN ${String(error instanceof Error && error.cause)}`,
        )
      const outcome = outcomes.get(attempt.name) ?? new Set()
      outcomes.set(attempt.name, outcome.add(said))
      if (/^[A-Z]{5,}/.test(said)) {
        faults.push(`${attempt.name} as ${attempt.actor.role}: ${said} ${JSON.stringify(attempt.input).slice(0, 200)}`)
      }
    }
  })
  await Promise.all(lanes)
  return { faults, outcomes }
}

const showing = (refusal: Refusal) =>
  JSON.stringify(refusal.details).includes(marker) ? `SHOWN in ${refusal.code}` : refusal.code
const ours = (people: readonly Person[]) => people.map(person => world.actor(person))

/** Operations whose made-up input was never taken: the walk says nothing about them, so that there must be few. */
const neverTaken = (outcomes: Map<string, Set<string>>) =>
  [...outcomes].filter(([, said]) => [...said].every(code => code === 'badInput')).map(([name]) => name)

it('another county’s', async () => {
  const theirs = await world.inTransaction(farCounty)
  const ids = await world.inTransaction(tx => fillWith(tx, theirs, 1))
  const before = await picture({ countyId: 2 })
  const people = ours(['card', 'finance', 'station1', 'system', 'security', 'audit', 'attendant'])
  const { faults, outcomes } = await run(attempts(people, ids))
  expect(faults).toEqual([])
  expect(await picture({ countyId: 2 })).toEqual(before)
  expect(Object.keys(before).length).toBeGreaterThan(20)
  expect(neverTaken(outcomes).length).toBeLessThan(outcomes.size / 10)

  // The same walk by their own people shows the mark again and again: it would have been seen.
  const own = await run(
    attempts(Object.values(theirs.people), ids).filter(({ name }) => operations.get(name)?.kind === 'query'),
  )
  expect(
    [...own.outcomes].filter(([, said]) => [...said].some(code => code.startsWith('SHOWN'))).length,
  ).toBeGreaterThan(12)
})

it('another station’s', async () => {
  const [station] = world.places.stations
  const [seller] = world.places.sellers
  await world.db.updateTable('holder').set({ name: marker }).where('holderId', '=', seller).execute()
  const people = { card: world.actor('card'), finance: world.actor('finance'), station: world.actor('station1') }
  const theirs = { countyId: 1, station, seller, people }
  const { countyId: _, operatorId: __, jobId: ___, ...ids } = await world.inTransaction(tx => fillWith(tx, theirs, 1))
  const holders = [station, seller]
  const before = await picture({ countyId: 1, holders })
  const stationIds = {
    ...ids,
    documentId: await documentsOf(station),
    applicationId: await documentsOf(station),
    issueId: await documentsOf(station),
  }
  const { faults, outcomes } = await run(attempts(ours(['station2']), stationIds))
  expect(faults).toEqual([])
  expect(await picture({ countyId: 1, holders })).toEqual(before)
  expect(neverTaken(outcomes).length).toBeLessThan(outcomes.size / 10)
})

async function documentsOf(holderId: number): Promise<number[]> {
  const rows = await world.db.selectFrom('document').select('documentId').where('holderId', '=', holderId).execute()
  return rows.map(({ documentId }) => documentId)
}
