// A county with three batches in the database and in the model, and the proof that both are the same.

import { createHmac, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { createCounty, createPlace } from '../../src/domain/county.ts'
import { createDocument } from '../../src/domain/document.ts'
import { createPinVault } from '../../src/domain/pin.ts'
import { storedSerial } from '../../src/domain/serial.ts'
import type { Database, Tx } from '../../src/kernel/db.ts'
import { anonymous } from '../../src/kernel/session.ts'
import { CardModel, type ModelCard, type ModelHolder } from './card-model.ts'

const pins = createPinVault(new Map([['k', randomBytes(32)]]), 'k', createHmac('sha256', 'model').digest())

/** Three batches side by side: two good ones, the later document with the earlier numbers, and one that has expired. */
const batches = [
  { quantity: 24, face: 5_000, expiresOn: '2099-12-31' },
  { quantity: 24, face: 10_000, expiresOn: '2099-12-31' },
  { quantity: 8, face: 5_000, expiresOn: '2020-01-31' },
] as const
export const cardCount = 56

export interface County {
  countyId: number
  operatorId: number
  holders: ModelHolder[]
  /** Documents that moves, claims and freezes are done by. */
  documents: number[]
  batchIds: number[]
  recharges: Map<number, number>
  /** Put in another's place when a step is done. */
  model: CardModel
}

export async function newCounty(tx: Tx, countyId: number): Promise<County> {
  await createCounty(tx, {
    countyId,
    code: String(410_000 + countyId),
    name: '县',
    nameEn: 'County',
    hotlineNumber: null,
  })
  for (const code of ['S1', 'S2']) {
    const station = await createPlace(tx, { countyId, kind: 'station', code, name: code, parentId: null })
    await createPlace(tx, { countyId, kind: 'seller', code: `${code}-m`, name: code, parentId: station })
    if (code === 'S1') await createPlace(tx, { countyId, kind: 'hall', code: 'H', name: 'H', parentId: station })
  }
  const holders = await tx
    .selectFrom('holder')
    .select(['holderId as id', 'kind', 'parentId as parent'])
    .where('countyId', '=', countyId)
    .orderBy('holderId')
    .execute()
  const { operatorId } = await tx
    .insertInto('operator')
    .values({
      countyId,
      signInName: `m${countyId}`,
      staffNo: '1',
      name: 'm',
      role: 'countyFinance',
      passwordHash: '-',
    })
    .returning('operatorId')
    .executeTakeFirstOrThrow()
  const county = holders.find(holder => holder.kind === 'county')?.id ?? 0
  const document = async (kind: 'ZK' | 'CK') =>
    (await createDocument(tx, { ...anonymous, countyId, operatorId }, { kind, holderId: county })).documentId
  const documents = [await document('CK'), await document('CK'), await document('CK')]
  const batchIds = [await document('ZK'), await document('ZK'), await document('ZK')].reverse()
  const cards = await makeCards(tx, countyId, operatorId, batchIds)
  const known = holders.map(holder => ({ ...holder, kind: holder.kind as ModelHolder['kind'] }))
  return {
    countyId,
    operatorId,
    holders: known,
    documents,
    batchIds,
    recharges: new Map(),
    model: new CardModel(cards),
  }
}

async function makeCards(tx: Tx, countyId: number, operatorId: number, batchIds: number[]): Promise<ModelCard[]> {
  const { manufacturerId } = await tx
    .insertInto('manufacturer')
    .values({ countyId, name: 'm', publicKey: '-', fingerprint: '-', registeredBy: operatorId })
    .returning('manufacturerId')
    .executeTakeFirstOrThrow()
  const cards: ModelCard[] = []
  for (const [place, { quantity, face, expiresOn }] of batches.entries()) {
    const batchId = batchIds[place] ?? 0
    const firstSerial = storedSerial(countyId, cards.length + 1)
    const lastSerial = firstSerial + quantity - 1
    const row = { countyId, batchId, faceValueFen: face, quantity, firstSerial, lastSerial, expiresOn, manufacturerId }
    await tx
      .insertInto('batch')
      .values({ ...row, pinKey: 'k', generatedAt: new Date() })
      .execute()
    for (let serial = firstSerial; serial <= lastSerial; serial += 1) {
      const expired = expiresOn < '2026'
      const fresh = { state: null, holder: 0, transit: null, claim: null, freezes: [], use: null }
      cards.push({ serial, batchId, face, expired, ...fresh })
    }
  }
  await tx
    .insertInto('card')
    .values(cards.map(({ serial, batchId }) => ({ countyId, serial, batchId, pinMac: macOf(serial) })))
    .execute()
  return cards
}

export const macOf = (serial: number) => pins.digest('k', serial, pins.draw(serial, 12))

/** The tiling of the model: neighbours that agree in everything are one range. */
function tiling(county: County) {
  const tiles: { first: number; last: number; key: string }[] = []
  for (const { serial, batchId, state, holder, transit } of county.model.cards) {
    if (state === null || state === 'rejected') continue
    const key = `${batchId} ${state} ${holder} ${transit}`
    const before = tiles.at(-1)
    if (before && before.key === key && before.last === serial - 1) before.last = serial
    else tiles.push({ first: serial, last: serial, key })
  }
  return tiles
}

/** Balances of the model; a used card counts at the accounts. */
function sums(county: County): Map<string, number> {
  const account = county.holders.find(holder => holder.kind === 'account')?.id ?? 0
  const sums = new Map<string, number>()
  for (const { state, holder, face, use } of county.model.cards) {
    if (state === null || state === 'rejected') continue
    const key = use === 'used' ? `${account} ${face} used` : `${holder} ${face} ${state}`
    sums.set(key, (sums.get(key) ?? 0) + 1)
  }
  return sums
}

export async function agree(db: Database, county: County): Promise<void> {
  const { countyId } = county
  const ranges = await sql<{ first: number; last: number; key: string }>`
    select first_serial as first, last_serial as last,
      concat_ws(' ', batch_id, state, holder_id, coalesce(transit_document_id::text, 'null')) as key
    from card_range where county_id = ${countyId} order by first_serial`.execute(db)
  expect(ranges.rows).toEqual(tiling(county))
  const balances = await sql<{ key: string; quantity: number }>`
    select concat_ws(' ', holder_id, face_value_fen, state) as key, quantity from balance_now
    where county_id = ${countyId} and quantity <> 0`.execute(db)
  expect(new Map(balances.rows.map(row => [row.key, row.quantity]))).toEqual(sums(county))
  const journal = await sql<{ key: string }>`
    with change as (
      select to_holder_id as holder_id, face_value_fen, to_state as state, quantity from movement where county_id = ${countyId}
      union all
      select from_holder_id, face_value_fen, from_state, -quantity from movement where county_id = ${countyId} and from_state is not null
    ), summed as (select holder_id, face_value_fen, state, sum(quantity) as quantity from change group by 1, 2, 3)
    select concat_ws(' ', s.holder_id, s.face_value_fen, s.state) as key
    from summed s full join (select * from balance where county_id = ${countyId}) b using (holder_id, face_value_fen, state)
    where coalesce(s.quantity, 0) <> coalesce(b.quantity, 0)`.execute(db)
  expect(journal.rows).toEqual([])
  expect(await conditions(db, countyId)).toEqual(conditionsOf(county))
}

/** Every card that is used, held, claimed or frozen, with by what; freezes of one document that overlap count each. */
async function conditions(db: Database, countyId: number): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select format('%s %s', serial, case when stamped_at is null then 'held' else 'used' end) as key from card_use where county_id = ${countyId}
    union all select format('%s claimed by %s', s, document_id) from claim, generate_series(first_serial, last_serial) s where county_id = ${countyId}
    union all select format('%s frozen by %s', s, document_id) from card_freeze, generate_series(first_serial, last_serial) s where county_id = ${countyId}`.execute(
    db,
  )
  return rows.map(row => row.key).sort()
}

function conditionsOf({ model }: County): string[] {
  const keys = model.cards.flatMap(({ serial, use, claim, freezes }) => [
    ...(use === null ? [] : [`${serial} ${use}`]),
    ...(claim === null ? [] : [`${serial} claimed by ${claim}`]),
    ...freezes.map(by => `${serial} frozen by ${by}`),
  ])
  return keys.sort()
}
