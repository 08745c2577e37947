// Random lives of cards, in the database and in a plain model: every illegal move is refused with nothing changed.

import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ModelCard, moveNames } from '../../test/support/card-model.ts'
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts'
import { agree, type County, cardCount, macOf, newCounty } from '../../test/support/model-county.ts'
import { type OpenDatabase, openDatabase, type Tx } from '../kernel/db.ts'
import { Refusal } from '../kernel/refusal.ts'
import { claimRanges } from './claim.ts'
import type { SerialRange } from './range.ts'
import { acceptRecharges, carryUses, failRecharge, rechargeNow, succeedRecharge } from './recharge.ts'
import { storedSerial } from './serial.ts'
import { admitCards, endTransit, moveCards } from './stock.ts'

/** Sequences tried, and the longest of them. */
const runs = 40
const longest = 60

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

const inTx = <T>(work: (tx: Tx) => Promise<T>) => opened.db.transaction().execute(work)

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

/** A single stretch is bent to the next numbers of its batch that are still to come. */
function bentToOpen({ model, batchIds }: County, step: Do<'admit'>): Do<'admit'> {
  const [range] = step.ranges
  const first = model.cards.findIndex(({ state }, at) => range && at >= range[0] && state === null)
  const card = model.cards[first]
  if (step.ranges.length > 1 || !range || !card) return step
  const fits = (other: ModelCard | undefined) => other?.state === null && other.batchId === card.batchId
  let last = first
  while (last - first < range[1] - range[0] && fits(model.cards[last + 1])) last += 1
  return { ...step, ranges: [[first, last]], batch: batchIds.indexOf(card.batchId) }
}

async function admit(county: County, asked: Do<'admit'>): Promise<void> {
  const { countyId, operatorId, model } = county
  const step = bentToOpen(county, asked)
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

/** Every life begins with cards in all places, so that a short one is worth something. */
async function begin(county: County): Promise<void> {
  const first = { from: 0, to: 0, document: 0, inTransit: false }
  await admit(county, { do: 'admit', ranges: [[0, 15]], rejected: [[20, 21]], batch: 0 })
  await admit(county, { do: 'admit', ranges: [[24, 40]], rejected: [], batch: 1 })
  await admit(county, { do: 'admit', ranges: [[48, 55]], rejected: [], batch: 2 })
  await move(county, { do: 'move', ...first, kind: 'draw', ranges: [[4, 15]] })
  await move(county, { do: 'move', ...first, kind: 'draw', ranges: [[30, 40]], inTransit: true, document: 1 })
  await move(county, { do: 'move', ...first, kind: 'purchase', ranges: [[8, 15]] })
  await agree(opened.db, county)
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
      const county = await inTx(tx => newCounty(tx, nextCounty++))
      await begin(county)
      for (const step of steps) {
        const before = JSON.stringify(county.model.cards)
        await take(county, step)
        await agree(opened.db, county)
        const outcome = before === JSON.stringify(county.model.cards) ? 'nothing' : 'changed'
        const name = `${step.do === 'move' ? step.kind : step.do} ${outcome}`
        done.set(name, (done.get(name) ?? 0) + 1)
      }
    }),
    { numRuns: runs, endOnFailure: false },
  )
  // A model test that never does a thing proves nothing of it: every move has happened, and has been refused.
  const wanted = [...moveNames, 'admit', 'accept', 'hold'].flatMap(kind => [`${kind} changed`, `${kind} nothing`])
  expect(wanted.filter(name => !done.has(name))).toEqual([])
})
