// Steps in the random lives of cards, each planned once: what it does in the database, and what it does in the model.

import fc from 'fast-check'
import { freezeCards, thawCards } from '../../src/domain/card-freeze.ts'
import { claimRanges } from '../../src/domain/claim.ts'
import { lockDocument } from '../../src/domain/document.ts'
import type { SerialRange } from '../../src/domain/range.ts'
import { acceptRecharges, carryUses, failRecharge, rechargeNow, succeedRecharge } from '../../src/domain/recharge.ts'
import { storedSerial } from '../../src/domain/serial.ts'
import { admitCards, endTransit, moveCards } from '../../src/domain/stock.ts'
import type { Tx } from '../../src/kernel/db.ts'
import { type CardModel, type ModelCard, moveNames } from './card-model.ts'
import { type County, cardCount, macOf } from './model-county.ts'

const limits = {
  wrongPinsPerCaller: 10,
  callerLockMs: 1,
  wrongPinsWithheld: 10,
  withheldWindowMs: 1,
  wrongPinsPerCard: 5,
  rechargesPerAccountDay: 1_000,
}

const place = fc.nat({ max: cardCount - 1 })
/** Short stretches anywhere, and now and then half of everything. */
const stretch = fc
  .tuple(place, fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 5 }) }, { weight: 1, arbitrary: fc.nat({ max: 30 }) }))
  .map(([first, more]): [number, number] => [first, Math.min(first + more, cardCount)])
const stretches = fc.array(stretch, { minLength: 1, maxLength: 3 })
const pick = fc.nat({ max: 99 })

export const step = fc.oneof(
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
export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
type Do<K extends Step['do']> = Extract<Step, { do: K }>

export interface Plan {
  name: string
  /** In the database: true when it was done; false, or a refusal, when not, and then nothing has changed. */
  run(tx: Tx): Promise<boolean>
  /** The same in a model. */
  predict(model: CardModel): boolean
  /** What the county remembers of it once it is committed. */
  keep?(): void
}

export function planOf(county: County, step: Step): Plan {
  switch (step.do) {
    case 'move':
      return planMove(county, bent(county, step))
    case 'admit':
      return planAdmit(county, bentToOpen(county, step))
    case 'accept':
      return planAccept(county, bentToTransit(county, step))
    case 'claim':
      return planClaim(county, step)
    case 'freeze':
      return planFreeze(county, step)
    case 'thaw':
      return planThaw(county, step)
    case 'hold':
      return planHold(county, step)
    case 'settle':
      return planSettle(county, step)
    case 'carry':
      return { name: 'carry', run: async tx => (await carryUses(tx, 100)) >= 0, predict: () => true }
  }
}

const serials = (county: County, [first, last]: readonly [number, number]): SerialRange => ({
  firstSerial: storedSerial(county.countyId, first + 1),
  lastSerial: storedSerial(county.countyId, last + 1),
})

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
  const once: [number, number] = [range[0], last]
  const ranges: Do<'move'>['ranges'] = step.to % 10 === 3 ? [once, [last, last]] : [once]
  return { ...step, ranges, kind: fitting[step.to % fitting.length] ?? step.kind }
}

const hands = {
  draw: 'station',
  stationReturn: 'county',
  purchase: 'seller',
  sellerReturn: 'station',
  sale: 'customer',
  void: 'custody',
}

function planMove(county: County, step: Do<'move'>): Plan {
  const { model, holders, countyId, operatorId } = county
  const holderAt = (n: number) => holders[n % holders.length] ?? holders[0]
  // Mostly from whoever holds the first card, and to one whom the move could fit.
  const holding = holders.find(holder => holder.id === model.cards[step.ranges[0]?.[0] ?? 0]?.holder)
  const fitting = holders.filter(holder => holder.kind === hands[step.kind])
  const from = step.from < 85 ? (holding ?? holderAt(step.from)) : holderAt(step.from)
  const to = step.to < 85 ? (fitting[step.to % fitting.length] ?? holderAt(step.to)) : holderAt(step.to)
  if (!from || !to) throw new Error('a county has holders')
  const documentId = county.documents[step.document] ?? 0
  const rest = { kind: step.kind, documentId, inTransit: step.kind === 'draw' && step.inTransit }
  // What is on the road comes back or is lost: half of the time under the document it travels by.
  const onTheRoad = step.kind === 'stationReturn' || step.kind === 'void'
  const leaves = onTheRoad && step.to % 2 === 0 ? (model.cards[step.ranges[0]?.[0] ?? 0]?.transit ?? null) : null
  const ranges = step.ranges.map(range => serials(county, range))
  return {
    name: step.kind,
    async run(tx) {
      const ends = { fromHolderId: from.id, toHolderId: to.id }
      const road = leaves === null ? {} : { transitDocumentId: leaves }
      await moveCards(tx, { ...rest, ...ends, ...road, countyId, operatorId, ranges, at: new Date() })
      return true
    },
    predict: model => model.move({ ...rest, ranges: step.ranges, from, to, leaves }),
  }
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

function planAdmit(county: County, step: Do<'admit'>): Plan {
  const { countyId, operatorId } = county
  const batchId = county.batchIds[step.batch] ?? 0
  const countyHolderId = county.holders.find(holder => holder.kind === 'county')?.id ?? 0
  const admitted = step.ranges.map(range => serials(county, range))
  const rejected = step.rejected.map(range => ({ ...serials(county, range), reason: 'model' }))
  const cause = { countyId, operatorId, batchId, countyHolderId, documentId: county.documents[0] ?? 0 }
  return {
    name: 'admit',
    async run(tx) {
      await admitCards(tx, { ...cause, at: new Date(), admitted, rejected })
      return true
    },
    predict: model => model.admit(step.ranges, step.rejected, batchId, countyHolderId),
  }
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

function planAccept(county: County, step: Do<'accept'>): Plan {
  const { countyId, operatorId, model } = county
  const documentId = county.documents[step.document] ?? 0
  const toHolderId = model.cards[step.ranges[0]?.[0] ?? 0]?.holder ?? 0
  const ranges = step.ranges.map(range => serials(county, range))
  // A range named twice is accepted once: nothing could go wrong by it.
  const once = model.pick(step.ranges) === null ? cardByCard(step.ranges) : step.ranges
  return {
    name: 'accept',
    async run(tx) {
      await endTransit(tx, { countyId, operatorId, documentId, toHolderId, ranges, at: new Date() })
      return true
    },
    predict: model => model.accept(once, toHolderId, documentId),
  }
}

function cardByCard(ranges: readonly [number, number][]): [number, number][] {
  const places = ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n))
  return [...new Set(places)].map(place => [place, place])
}

const withinCards = ([first, last]: readonly [number, number]): [number, number] => [
  first,
  Math.min(last, cardCount - 1),
]

function planClaim(county: County, step: Do<'claim'>): Plan {
  const { countyId } = county
  const documentId = county.documents[step.document] ?? 0
  const range = withinCards(step.range)
  return {
    name: 'claim',
    async run(tx) {
      await lockDocument(tx, countyId, 'CK', documentId)
      await claimRanges(tx, { countyId, documentId }, [serials(county, range)])
      return true
    },
    predict: model => model.claim(range, documentId),
  }
}

function planFreeze(county: County, step: Do<'freeze'>): Plan {
  const { countyId } = county
  const documentId = county.documents[step.document] ?? 0
  const range = withinCards(step.range)
  return {
    name: 'freeze',
    async run(tx) {
      await lockDocument(tx, countyId, 'CK', documentId)
      await freezeCards(tx, { countyId, documentId }, [serials(county, range)], 'model')
      return true
    },
    predict: model => model.freeze(range, documentId),
  }
}

function planThaw(county: County, step: Do<'thaw'>): Plan {
  const { countyId } = county
  const documentId = county.documents[step.document] ?? 0
  return {
    name: 'thaw',
    async run(tx) {
      await lockDocument(tx, countyId, 'CK', documentId)
      await thawCards(tx, { countyId, documentId })
      return true
    },
    predict: model => model.thaw(documentId),
  }
}

function planHold(county: County, step: Do<'hold'>): Plan {
  const { countyId, model, recharges } = county
  // Three times out of four the next active card from there on.
  const active = model.cards.findIndex(
    ({ state }, at) => at >= step.place && (state === 'seller' || state === 'customer'),
  )
  const place = active >= 0 && step.place % 4 > 0 ? active : step.place
  const serial = storedSerial(countyId, place + 1)
  const item = { countyId, serial, pinMac: macOf(serial), accountNo: '0100000001', caller: null, callId: null }
  let rechargeId = 0
  return {
    name: 'hold',
    async run(tx) {
      const node = { node: 'model', leaseMs: 60_000, limits }
      const [answer] = await acceptRecharges(tx, [{ ...item, channel: 'voice' }], node)
      rechargeId = answer?.rechargeId ?? 0
      return answer?.code === 'ok'
    },
    predict: model => model.hold(place),
    keep: () => recharges.set(place, rechargeId),
  }
}

function planSettle(county: County, { place, works }: Do<'settle'>): Plan {
  const { countyId, recharges } = county
  // The oldest of those that are open, from this place on.
  const [open] = [...recharges.keys()].sort(
    (a, b) => ((a + cardCount - place) % cardCount) - ((b + cardCount - place) % cardCount),
  )
  if (open === undefined) return { name: 'settle nothing', run: async () => true, predict: () => true }
  return {
    name: `settle ${open}`,
    async run(tx) {
      const recharge = await rechargeNow(tx, countyId, recharges.get(open) ?? 0)
      if (works) await succeedRecharge(tx, recharge, { misRef: 'm', settleDate: '20260101', notices: [] } as never)
      else await failRecharge(tx, recharge, 'neverArrived')
      return true
    },
    predict: model => model.settle(open, works),
    keep: () => recharges.delete(open),
  }
}

/** Every life begins with cards in all places, so that a short one is worth something. */
export function beginning(): Step[] {
  const first = { from: 0, to: 0, document: 0, inTransit: false }
  return [
    { do: 'admit', ranges: [[0, 15]], rejected: [[20, 21]], batch: 0 },
    { do: 'admit', ranges: [[24, 40]], rejected: [], batch: 1 },
    { do: 'admit', ranges: [[48, 55]], rejected: [], batch: 2 },
    { do: 'move', ...first, kind: 'draw', ranges: [[4, 15]] },
    { do: 'move', ...first, kind: 'draw', ranges: [[30, 40]], inTransit: true, document: 1 },
    { do: 'move', ...first, kind: 'purchase', ranges: [[8, 15]] },
  ]
}
