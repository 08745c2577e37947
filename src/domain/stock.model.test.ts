// Random lives of cards, in the database and in a plain model: every illegal move is refused with nothing changed.

import { createHmac, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CardModel, type ModelCard, type ModelHolder, moveNames } from '../../test/support/card-model.ts'
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts'
import { type OpenDatabase, openDatabase, type Tx } from '../kernel/db.ts'
import { Refusal } from '../kernel/refusal.ts'
import { anonymous } from '../kernel/session.ts'
import { claimRanges } from './claim.ts'
import { createCounty, createPlace } from './county.ts'
import { createDocument } from './document.ts'
import { createPinVault } from './pin.ts'
import type { SerialRange } from './range.ts'
import { acceptRecharges, carryUses, failRecharge, rechargeNow, succeedRecharge } from './recharge.ts'
import { storedSerial } from './serial.ts'
import { admitCards, endTransit, moveCards } from './stock.ts'

/** Sequences tried, and the longest of them. */
const runs = 40
const longest = 60

const pins = createPinVault(new Map([['k', randomBytes(32)]]), 'k', createHmac('sha256', 'model').digest())
const limits = {
  wrongPinsPerCaller: 10,
  callerLockMs: 1,
  wrongPinsWithheld: 10,
  withheldWindowMs: 1,
  wrongPinsPerCard: 5,
  rechargesPerAccountDay: 1_000,
}

let database: TestDatabase
let opened: OpenDatabase
let nextCounty = 1
beforeAll(async () => {
  database = await createTestDatabase()
  opened = openDatabase({ url: database.url, poolSize: 4, statementTimeoutMs: 60_000, onIdleError: () => {} })
})
afterAll(async () => {
  await opened.close()
  await database.drop()
})

/** Three batches side by side: two good ones, the later document with the earlier numbers, and one that has expired. */
const batches = [
  { quantity: 24, face: 5_000, expiresOn: '2099-12-31' },
  { quantity: 24, face: 10_000, expiresOn: '2099-12-31' },
  { quantity: 8, face: 5_000, expiresOn: '2020-01-31' },
] as const
const cardCount = 56

interface County {
  countyId: number
  operatorId: number
  holders: ModelHolder[]
  /** Documents that moves, claims and freezes are done by. */
  documents: number[]
  batchIds: number[]
  recharges: Map<number, number>
  model: CardModel
}

const inTx = <T>(work: (tx: Tx) => Promise<T>) => opened.db.transaction().execute(work)

async function newCounty(): Promise<County> {
  const countyId = nextCounty
  nextCounty += 1
  return inTx(async tx => {
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
  })
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
      const fresh = { state: null, holder: 0, transit: null, claim: null, freezes: 0, use: null }
      cards.push({ serial, batchId, face, expired, ...fresh })
    }
  }
  await tx
    .insertInto('card')
    .values(cards.map(({ serial, batchId }) => ({ countyId, serial, batchId, pinMac: macOf(serial) })))
    .execute()
  return cards
}

const macOf = (serial: number) => pins.digest('k', serial, pins.draw(serial, 12))

const place = fc.nat({ max: cardCount - 1 })
/** Short stretches anywhere, and now and then half of everything. */
const stretch = fc
  .tuple(place, fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 5 }) }, { weight: 1, arbitrary: fc.nat({ max: 30 }) }))
  .map(([first, more]): [number, number] => [first, Math.min(first + more, cardCount)])
const stretches = fc.array(stretch, { minLength: 1, maxLength: 3 })
const pick = fc.nat({ max: 99 })

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('admit' as const),
      ranges: stretches,
      rejected: fc.array(stretch, { maxLength: 1 }),
      batch: fc.nat({ max: 2 }),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('move' as const),
      kind: fc.constantFrom(...moveNames),
      ranges: stretches,
      from: pick,
      to: pick,
      document: fc.nat({ max: 2 }),
      inTransit: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('accept' as const), ranges: stretches, document: fc.nat({ max: 2 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('claim' as const), range: stretch, document: fc.nat({ max: 2 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('freeze' as const), range: stretch, document: fc.nat({ max: 2 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('thaw' as const), document: fc.nat({ max: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('hold' as const), place }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('settle' as const), place, works: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('carry' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const serials = (county: County, [first, last]: [number, number]): SerialRange => ({
  firstSerial: storedSerial(county.countyId, first + 1),
  lastSerial: storedSerial(county.countyId, last + 1),
})

/** Does a step in the database; false where it was refused. Anything but a refusal is a bug. */
async function tried(work: (tx: Tx) => Promise<unknown>): Promise<boolean> {
  try {
    await inTx(work)
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}

type Do<K extends Step['do']> = Extract<Step, { do: K }>

/** Most moves are bent to what could be legal, or random lives would never get far: a stretch of cards alike, a kind that fits. */
function bent(county: County, step: Do<'move'>): Do<'move'> {
  const [range] = step.ranges
  const card = county.model.cards[range?.[0] ?? 0]
  if (step.from >= 85 || !range || !card) return step
  const alike = (other: ModelCard | undefined) =>
    other && other.holder === card.holder && other.state === card.state && other.transit === card.transit && !other.use
  let last = range[0]
  while (last < range[1] && alike(county.model.cards[last + 1])) last += 1
  const kinds = {
    county: ['draw', 'draw', 'void'],
    station: ['purchase', 'purchase', 'stationReturn', 'void'],
    seller: ['sale', 'sellerReturn', 'sellerReturn', 'void'],
    customer: ['void'],
  } as const
  const fitting =
    card.state === 'county' || card.state === 'station' || card.state === 'seller' || card.state === 'customer'
      ? kinds[card.state]
      : []
  // Now and then the last card is named twice.
  const ranges: Do<'move'>['ranges'] =
    step.to % 10 === 3
      ? [
          [range[0], last],
          [last, last],
        ]
      : [[range[0], last]]
  return { ...step, ranges, kind: fitting[step.to % fitting.length] ?? step.kind }
}

async function move(county: County, asked: Do<'move'>): Promise<void> {
  const step = bent(county, asked)
  const { model, holders, countyId, operatorId } = county
  const holderAt = (n: number) => holders[n % holders.length] ?? holders[0]
  // Mostly from whoever holds the first card, and to one whom the move could fit.
  const holding = holders.find(holder => holder.id === model.cards[step.ranges[0]?.[0] ?? 0]?.holder)
  const hands = {
    draw: 'station',
    stationReturn: 'county',
    purchase: 'seller',
    sellerReturn: 'station',
    sale: 'customer',
    void: 'custody',
  }
  const fitting = holders.filter(holder => holder.kind === hands[step.kind])
  const from = step.from < 85 ? (holding ?? holderAt(step.from)) : holderAt(step.from)
  const to = step.to < 85 ? (fitting[step.to % fitting.length] ?? holderAt(step.to)) : holderAt(step.to)
  if (!from || !to) throw new Error('a county has holders')
  const documentId = county.documents[step.document] ?? 0
  const inTransit = step.kind === 'draw' && step.inTransit
  const ranges = step.ranges.map(range => serials(county, range))
  const rest = { kind: step.kind, documentId, inTransit }
  const done = await tried(tx =>
    moveCards(tx, { ...rest, countyId, operatorId, ranges, fromHolderId: from.id, toHolderId: to.id, at: new Date() }),
  )
  expect(done).toBe(model.move({ ...rest, ranges: step.ranges, from, to }))
}

async function admit(county: County, step: Do<'admit'>): Promise<void> {
  const { countyId, operatorId, model } = county
  const batchId = county.batchIds[step.batch] ?? 0
  const countyHolderId = county.holders.find(holder => holder.kind === 'county')?.id ?? 0
  const admitted = step.ranges.map(range => serials(county, range))
  const rejected = step.rejected.map(range => ({ ...serials(county, range), reason: 'model' }))
  const cause = { countyId, operatorId, batchId, countyHolderId, documentId: county.documents[0] ?? 0, at: new Date() }
  const done = await tried(tx => admitCards(tx, { ...cause, admitted, rejected }))
  expect(done).toBe(model.admit(step.ranges, step.rejected, batchId, countyHolderId))
}

async function accept(county: County, asked: Do<'accept'>): Promise<void> {
  const { countyId, operatorId, model } = county
  const step = bentToTransit(county, asked)
  const documentId = county.documents[step.document] ?? 0
  const toHolderId = model.cards[step.ranges[0]?.[0] ?? 0]?.holder ?? 0
  const ranges = step.ranges.map(range => serials(county, range))
  const done = await tried(tx =>
    endTransit(tx, { countyId, operatorId, documentId, toHolderId, ranges, at: new Date() }),
  )
  const once = model.pick(step.ranges) !== null
  // A range named twice is accepted once: nothing could go wrong by it.
  expect(done).toBe(model.accept(once ? step.ranges : joined(step.ranges), toHolderId, documentId))
}

/** Where a single stretch is named, the next cards in transit from there on, with the document that holds them. */
function bentToTransit({ model, documents }: County, step: Do<'accept'>): Do<'accept'> {
  const [range] = step.ranges
  const first = model.cards.findIndex((card, at) => range && at >= range[0] && card.transit !== null)
  const transit = model.cards[first]?.transit
  if (step.ranges.length > 1 || !range || transit === undefined || transit === null) return step
  let last = first
  while (last - first < range[1] - range[0] && model.cards[last + 1]?.transit === transit) last += 1
  return { ...step, ranges: [[first, last]], document: documents.indexOf(transit) }
}

function joined(ranges: readonly [number, number][]): [number, number][] {
  const places = new Set(
    ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n)),
  )
  return [...places].map(place => [place, place])
}

async function conditions(county: County, step: Do<'claim' | 'freeze' | 'thaw'>): Promise<void> {
  const { countyId, model } = county
  const documentId = county.documents[step.document] ?? 0
  if (step.do === 'thaw') {
    await opened.db.deleteFrom('cardFreeze').where('countyId', '=', countyId).execute()
    for (const card of model.cards) card.freezes = 0
    return
  }
  const cards = model.cards.slice(step.range[0], step.range[1] + 1)
  const last = Math.min(step.range[1], cardCount - 1)
  const range = serials(county, [step.range[0], last])
  if (step.do === 'freeze') {
    await opened.db
      .insertInto('cardFreeze')
      .values({ countyId, documentId, ...range, reason: 'model' })
      .execute()
    for (const card of cards) card.freezes += 1
    return
  }
  if (cards.some(card => card.claim !== null && card.claim !== documentId)) return
  await inTx(tx => claimRanges(tx, { countyId, documentId }, [range]))
  for (const card of model.cards) if (card.claim === documentId) card.claim = null
  for (const card of cards) card.claim = documentId
}

async function hold(county: County, asked: Do<'hold'>): Promise<void> {
  const { countyId, model } = county
  // Three times out of four the next active card from there on.
  const active = model.cards.findIndex(
    ({ state }, at) => at >= asked.place && (state === 'seller' || state === 'customer'),
  )
  const step = { place: active >= 0 && asked.place % 4 > 0 ? active : asked.place }
  const serial = storedSerial(countyId, step.place + 1)
  const item = { countyId, serial, pinMac: macOf(serial), accountNo: '0100000001', caller: null, callId: null }
  const [answer] = await inTx(tx =>
    acceptRecharges(tx, [{ ...item, channel: 'voice' }], { node: 'model', leaseMs: 60_000, limits }),
  )
  expect(answer?.code === 'ok').toBe(model.hold(step.place))
  if (answer?.code === 'ok') county.recharges.set(step.place, answer.rechargeId ?? 0)
}

async function settle(county: County, { place, works }: Do<'settle'>): Promise<void> {
  const { countyId, model, recharges } = county
  // The oldest of those that are open, from this place on.
  const open = [...recharges.keys()].sort(
    (a, b) => ((a + cardCount - place) % cardCount) - ((b + cardCount - place) % cardCount),
  )[0]
  const card = open === undefined ? undefined : model.cards[open]
  if (open === undefined || !card) return
  await inTx(async tx => {
    const recharge = await rechargeNow(tx, countyId, recharges.get(open) ?? 0)
    if (works) await succeedRecharge(tx, recharge, { misRef: 'm', settleDate: '20260101', notices: [] } as never)
    else await failRecharge(tx, recharge, 'neverArrived')
  })
  recharges.delete(open)
  card.use = works ? 'used' : null
}

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

async function agree(county: County): Promise<void> {
  const { countyId } = county
  const ranges = await sql<{ first: number; last: number; key: string }>`
    select first_serial as first, last_serial as last,
      concat_ws(' ', batch_id, state, holder_id, coalesce(transit_document_id::text, 'null')) as key
    from card_range where county_id = ${countyId} order by first_serial`.execute(opened.db)
  expect(ranges.rows).toEqual(tiling(county))
  const balances = await sql<{ key: string; quantity: number }>`
    select concat_ws(' ', holder_id, face_value_fen, state) as key, quantity from balance_now
    where county_id = ${countyId} and quantity <> 0`.execute(opened.db)
  expect(new Map(balances.rows.map(row => [row.key, row.quantity]))).toEqual(sums(county))
  const journal = await sql<{ key: string }>`
    with change as (
      select to_holder_id as holder_id, face_value_fen, to_state as state, quantity from movement where county_id = ${countyId}
      union all
      select from_holder_id, face_value_fen, from_state, -quantity from movement where county_id = ${countyId} and from_state is not null
    ), summed as (select holder_id, face_value_fen, state, sum(quantity) as quantity from change group by 1, 2, 3)
    select concat_ws(' ', s.holder_id, s.face_value_fen, s.state) as key
    from summed s full join (select * from balance where county_id = ${countyId}) b using (holder_id, face_value_fen, state)
    where coalesce(s.quantity, 0) <> coalesce(b.quantity, 0)`.execute(opened.db)
  expect(journal.rows).toEqual([])
}

/** Every life begins with cards in all places, so that a short one is worth something. */
async function begin(county: County): Promise<void> {
  const first = { from: 0, to: 0, document: 0, inTransit: false }
  await admit(county, { do: 'admit', ranges: [[0, 15]], rejected: [[20, 21]], batch: 0 })
  await admit(county, { do: 'admit', ranges: [[24, 40]], rejected: [], batch: 1 })
  await admit(county, { do: 'admit', ranges: [[48, 55]], rejected: [], batch: 2 })
  await move(county, { do: 'move', ...first, kind: 'draw', ranges: [[4, 15]] })
  await move(county, { do: 'move', ...first, kind: 'draw', ranges: [[30, 40]], inTransit: true, document: 1 })
  await move(county, { do: 'move', ...first, kind: 'purchase', ranges: [[8, 15]] })
  await agree(county)
}

async function take(county: County, step: Step): Promise<void> {
  if (step.do === 'move') await move(county, step)
  else if (step.do === 'admit') await admit(county, step)
  else if (step.do === 'accept') await accept(county, step)
  else if (step.do === 'hold') await hold(county, step)
  else if (step.do === 'settle') await settle(county, step)
  else if (step.do === 'carry') await inTx(tx => carryUses(tx, 100))
  else await conditions(county, step)
}

test('random lives of cards agree with the model at every step', async () => {
  const done = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: longest, size: 'max' }), async steps => {
      const county = await newCounty()
      await begin(county)
      for (const step of steps) {
        const before = JSON.stringify(county.model.cards)
        await take(county, step)
        await agree(county)
        const outcome = before === JSON.stringify(county.model.cards) ? 'nothing' : 'changed'
        const name = `${step.do === 'move' ? step.kind : step.do} ${outcome}`
        done.set(name, (done.get(name) ?? 0) + 1)
      }
    }),
    { numRuns: runs, endOnFailure: false },
  )
  // A model test that never does a thing proves nothing of it: every move has happened, and has been refused.
  for (const kind of [...moveNames, 'admit', 'accept', 'hold']) {
    expect([kind, (done.get(`${kind} changed`) ?? 0) > 0, (done.get(`${kind} nothing`) ?? 0) > 0]).toEqual([
      kind,
      true,
      true,
    ])
  }
})
