// A county for the model of documents: two stations, sign-ins of which some belong to one person, and sixty cards.

import { sql } from 'kysely'
import { createCounty, createOperator, createPlace, singleHolder } from '../../src/domain/county.ts'
import { createDocument, operatorOf } from '../../src/domain/document.ts'
import { storedSerial } from '../../src/domain/serial.ts'
import { admitCards, moveCards } from '../../src/domain/stock.ts'
import type { Database, Tx } from '../../src/kernel/db.ts'
import type { Actor } from '../../src/kernel/operation.ts'
import { anonymous } from '../../src/kernel/session.ts'
import { type DocumentModel, know, type ModelPerson } from './document-model.ts'

export const cardCount = 60
export const faces = [5_000, 10_000] as const
const perFace = cardCount / faces.length

/** `ka2` and `sa1b`, `cf2` and `ka1` are one person each, with two sign-ins. */
const people: readonly ModelPerson[] = [
  { name: 'sa1', role: 'station', station: 0, staff: 'A' },
  { name: 'sa1b', role: 'station', station: 0, staff: 'B' },
  { name: 'sa2', role: 'station', station: 1, staff: 'C' },
  { name: 'ka1', role: 'card', station: -1, staff: 'D' },
  { name: 'ka2', role: 'card', station: -1, staff: 'B' },
  { name: 'cf1', role: 'finance', station: -1, staff: 'E' },
  { name: 'cf2', role: 'finance', station: -1, staff: 'D' },
]
const roles = { station: 'stationCardAdmin', card: 'countyCardAdmin', finance: 'countyFinance' } as const

export interface DocumentCounty {
  countyId: number
  countyHolder: number
  stations: [number, number]
  sellers: [number, number]
  people: readonly ModelPerson[]
  actors: ReadonlyMap<string, Actor>
  model: DocumentModel
}

export const serialAt = ({ countyId }: Pick<DocumentCounty, 'countyId'>, place: number) =>
  storedSerial(countyId, place + 1)

export async function newDocumentCounty(tx: Tx, countyId: number): Promise<DocumentCounty> {
  const code = String(410_000 + countyId)
  await createCounty(tx, { countyId, code, name: '县', nameEn: 'County', hotlineNumber: null })
  const station = (code: string) => createPlace(tx, { countyId, kind: 'station', code, name: code, parentId: null })
  const stations: [number, number] = [await station('S1'), await station('S2')]
  const seller = (parentId: number) =>
    createPlace(tx, { countyId, kind: 'seller', code: `M${parentId}`, name: 'M', parentId })
  const sellers: [number, number] = [await seller(stations[0]), await seller(stations[1])]
  const actors = new Map<string, Actor>()
  for (const { name, role: kind, station, staff: staffNo } of people) {
    const holderId = stations[station] ?? null
    const person = { countyId, role: roles[kind], holderId, staffNo, name }
    const operatorId = await createOperator(tx, { ...person, signInName: `${name}-${countyId}`, passwordHash: '-' })
    actors.set(name, { ...anonymous, ...person, operatorId })
  }
  const countyHolder = await singleHolder(tx, countyId, 'county')
  const maker = actors.get('ka1') ?? anonymous
  for (const place of [0, 1] as const) await admitBatch(tx, maker, countyHolder, place)
  know(people)
  const card = (face: 0 | 1) => ({ face, at: 'county' as const, drawnBy: null, transit: null, claim: null })
  const cards = [0, 1].flatMap(face => Array.from({ length: perFace }, () => card(face === 0 ? 0 : 1)))
  const model: DocumentModel = { day: 0, turns: 0, cards, documents: [] }
  for (const [station, first, last] of drawn) {
    await drawAtOnce(tx, actors.get('cf1') ?? anonymous, { countyHolder, station: stations[station], first, last })
    for (let place = first; place <= last; place += 1) {
      Object.assign(model.cards[place] ?? {}, { at: station, drawnBy: station })
    }
  }
  return { countyId, countyHolder, stations, sellers, people, actors, model }
}

/** Cards that the stations have from the start, so that returns begin with the first step. */
const drawn = [
  [0, 0, 7],
  [1, 12, 17],
  [0, 30, 33],
] as const

async function drawAtOnce(
  tx: Tx,
  actor: Actor,
  { countyHolder, station, first, last }: { countyHolder: number; station: number; first: number; last: number },
): Promise<void> {
  const { countyId } = actor
  const { documentId } = await createDocument(tx, actor, { kind: 'ZK', holderId: station })
  const ranges = [{ firstSerial: serialAt(actor, first), lastSerial: serialAt(actor, last) }]
  const by = { countyId, documentId, operatorId: operatorOf(actor), at: new Date() }
  await moveCards(tx, { ...by, kind: 'draw', ranges, fromHolderId: countyHolder, toHolderId: station })
}

async function admitBatch(tx: Tx, actor: Actor, countyHolderId: number, face: 0 | 1): Promise<void> {
  const { countyId } = actor
  const operatorId = operatorOf(actor)
  const { manufacturerId } = await tx
    .insertInto('manufacturer')
    .values({ countyId, name: `m${face}`, publicKey: '-', fingerprint: String(face), registeredBy: operatorId })
    .returning('manufacturerId')
    .executeTakeFirstOrThrow()
  const { documentId: batchId } = await createDocument(tx, actor, { kind: 'ZK', holderId: countyHolderId })
  const range = {
    firstSerial: serialAt(actor, face * perFace),
    lastSerial: serialAt(actor, (face + 1) * perFace - 1),
  }
  const batch = {
    countyId,
    batchId,
    faceValueFen: faces[face],
    quantity: perFace,
    expiresOn: '2099-12-31',
    manufacturerId,
  }
  await tx
    .insertInto('batch')
    .values({ ...batch, ...range, pinKey: 'k', generatedAt: new Date() })
    .execute()
  const serials = Array.from({ length: perFace }, (_, n) => range.firstSerial + n)
  await tx
    .insertInto('card')
    .values(serials.map(serial => ({ countyId, serial, batchId, pinMac: Buffer.from(String(serial)) })))
    .execute()
  const cause = { countyId, batchId, countyHolderId, documentId: batchId, operatorId, at: new Date() }
  await admitCards(tx, { ...cause, admitted: [range], rejected: [] })
}

/** The same picture as the model's, of the database. */
export async function pictureInDatabase(db: Database, county: DocumentCounty): Promise<string> {
  const { countyId, stations, countyHolder } = county
  const documents = await sql<{ id: number; state: string }>`
    select document_id as id, state from document
    where county_id = ${countyId} and kind in ('LS', 'CK', 'FS', 'FK') order by 1`.execute(db)
  const line = await sql<{ id: number }>`
    select document_id as id from document where county_id = ${countyId} and kind = 'LS'
      and state in ('pendingApproval', 'approved') order by submitted_at, document_id`.execute(db)
  const cards = await sql<{ holder: number; transit: number | null; claim: number | null }>`
    select r.holder_id as holder, r.transit_document_id as transit, c.document_id as claim
    from generate_series(${serialAt(county, 0)}::bigint, ${serialAt(county, cardCount - 1)}::bigint) s(serial)
    join card_range r on r.county_id = ${countyId} and s.serial between r.first_serial and r.last_serial
    left join claim c on c.county_id = ${countyId} and s.serial between c.first_serial and c.last_serial
    order by s.serial`.execute(db)
  const at = (holder: number) =>
    holder === countyHolder ? 'county' : ([0, 1].find(n => stations[n] === holder) ?? 'sold')
  return JSON.stringify({
    documents: documents.rows.map(({ id, state }) => [id, state]),
    line: line.rows.map(row => row.id),
    cards: cards.rows.map(({ holder, transit, claim }) => `${at(holder)} ${transit} ${claim}`),
  })
}
