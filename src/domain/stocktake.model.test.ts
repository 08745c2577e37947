// Random counts while cards move: the figures, carried on from the snapshot by the journal, agree card by card with what is so.

import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts'
import { type County, cardCount, macOf, newCounty } from '../../test/support/model-county.ts'
import { type OpenDatabase, openDatabase, type Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { Refusal } from '../kernel/refusal.ts'
import { anonymous } from '../kernel/session.ts'
import type { MoveKind } from './card.ts'
import { createDocument, type Document } from './document.ts'
import { acceptRecharges, carryUses, rechargeNow, succeedRecharge } from './recharge.ts'
import { storedSerial } from './serial.ts'
import { admitCards, endTransit, moveCards } from './stock.ts'
import { dropScans, keepScans, type Scope } from './stocktake.ts'
import { compareCount, type FaceTotal, holdStill, keepResult, onTheBooks, takeSnapshot } from './stocktake-count.ts'

const runs = Number(process.env.FC_RUNS ?? 30)
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

/** One card as it is. */
interface Card {
  serial: number
  face: number
  state: 'county' | 'station' | 'seller' | 'customer' | 'void' | 'rejected' | null
  holder: number
  transit: number | null
  used: boolean
}

async function truth(countyId: number): Promise<Card[]> {
  const { rows } = await sql<Card>`
    select c.serial, b.face_value_fen as face, coalesce(r.state, case when x.first_serial is not null then 'rejected' end) as state,
      coalesce(r.holder_id, 0) as holder, r.transit_document_id as transit, u.stamped_at is not null as used
    from card c join batch b using (county_id, batch_id)
    left join card_range r on r.county_id = c.county_id and c.serial between r.first_serial and r.last_serial
    left join rejected_range x on x.county_id = c.county_id and c.serial between x.first_serial and x.last_serial
    left join card_use u on u.county_id = c.county_id and u.serial = c.serial
    where c.county_id = ${countyId} order by c.serial`.execute(opened.db)
  return rows
}

interface Count {
  county: County
  actor: Actor
  scope: Scope
  afterMovementId: number
  snapshot: Set<number>
  /** Cards seen, and whether the holder had them at that moment. */
  seen: Map<number, boolean>
  done: Map<string, number>
}

const isHere = (count: Count, card: Card) =>
  card.holder === count.scope.holderId && card.transit === null && !card.used && isCounted(count, card)
const isCounted = ({ scope }: Count, card: Card) =>
  scope.faceValuesFen.length === 0 || scope.faceValuesFen.includes(card.face)

const place = fc.nat({ max: cardCount - 1 })
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('move' as const),
      place,
      more: fc.nat({ max: 7 }),
      pick: fc.nat({ max: 99 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('use' as const), place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('carry' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('scan' as const), place, more: fc.nat({ max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unscan' as const), place, more: fc.nat({ max: 3 }) }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const kinds: Record<string, readonly MoveKind[]> = {
  county: ['draw', 'draw', 'void'],
  station: ['purchase', 'purchase', 'stationReturn', 'void'],
  seller: ['sale', 'sellerReturn', 'sellerReturn', 'void'],
  customer: ['void'],
}
const hands: Record<MoveKind, readonly string[]> = {
  draw: ['station'],
  stationReturn: ['county'],
  purchase: ['seller', 'hall'],
  sellerReturn: ['station'],
  sale: ['customer'],
  void: ['custody'],
}

/** Moves a stretch of cards that are alike; false where a rule refused it. */
async function move(count: Count, { place, more, pick }: Extract<Step, { do: 'move' }>): Promise<string> {
  const { county, scope } = count
  const { countyId, operatorId, holders, documents } = county
  const cards = await truth(countyId)
  const first = cards[place]
  if (!first || first.state === null || first.state === 'rejected') return 'nothing'
  const alike = (card: Card | undefined) =>
    card?.state === first.state && card.holder === first.holder && card.transit === first.transit && !card.used
  let last = place
  while (last - place < more && alike(cards[last + 1])) last += 1
  const ranges = [{ firstSerial: first.serial, lastSerial: cards[last]?.serial ?? first.serial }]
  const cause = { countyId, operatorId, ranges, at: new Date() }
  const documentId = documents[pick % documents.length] ?? 0
  const kind = kinds[first.state]?.[pick % (kinds[first.state]?.length ?? 1)]
  const touches = first.holder === scope.holderId ? 'own' : 'other'
  try {
    if (first.transit !== null && pick % 5 > 0) {
      await inTx(tx => endTransit(tx, { ...cause, documentId: first.transit ?? 0, toHolderId: first.holder }))
      return `accept ${touches}`
    }
    if (!kind) return 'nothing'
    const back =
      first.transit !== null ? { transitDocumentId: first.transit, documentId: first.transit } : { documentId }
    const moved = first.transit !== null ? 'stationReturn' : kind
    const fitting = holders.filter(holder => hands[moved].includes(holder.kind))
    const to = fitting[pick % fitting.length]
    const more = { kind: moved, fromHolderId: first.holder, toHolderId: to?.id ?? 0, inTransit: moved === 'draw' }
    await inTx(tx => moveCards(tx, { ...cause, ...back, ...more }))
    return `${moved} ${to?.id === scope.holderId ? 'to' : touches}`
  } catch (error) {
    if (error instanceof Refusal) return 'refused'
    throw error
  }
}

async function use({ county: { countyId } }: Count, place: number): Promise<string> {
  const serial = storedSerial(countyId, place + 1)
  const item = { countyId, serial, pinMac: macOf(serial), accountNo: '0100000001', caller: null, callId: null }
  return inTx(async tx => {
    const settings = { node: 'model', leaseMs: 60_000, limits }
    const [answer] = await acceptRecharges(tx, [{ ...item, channel: 'voice' as const }], settings)
    if (answer?.code !== 'ok') return 'refused'
    const recharge = await rechargeNow(tx, countyId, answer.rechargeId ?? 0)
    const posted = { transactionSerial: '', misRef: 'm', settleDate: '20260101', postedAt: '', notices: [] }
    await succeedRecharge(tx, recharge, posted)
    return 'use'
  })
}

/** Sees cards, or takes them out again, in the database and in the model. */
async function look(count: Count, { do: act, place, more }: Extract<Step, { do: 'scan' | 'unscan' }>): Promise<string> {
  const { scope, actor, county, seen } = count
  const cards = (await truth(county.countyId)).slice(place, place + more + 1)
  const range = { firstSerial: cards[0]?.serial ?? 0, lastSerial: cards.at(-1)?.serial ?? 0 }
  if (act === 'unscan') {
    const removed = await inTx(tx => dropScans(tx, scope, [range]))
    expect(removed).toBe(cards.filter(card => seen.delete(card.serial)).length)
    return removed > 0 ? 'unscan' : 'nothing'
  }
  try {
    const { again } = await inTx(tx => keepScans(tx, actor, scope, [range], new Date()))
    expect(again).toBe(cards.filter(card => seen.has(card.serial)).length)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    expect(cards.some(card => !isCounted(count, card))).toBe(true)
    return 'refused scan'
  }
  expect(cards.every(card => isCounted(count, card))).toBe(true)
  for (const card of cards) if (!seen.has(card.serial)) seen.set(card.serial, isHere(count, card))
  return 'scan'
}

/** The figures by hand: every card by itself, from what is so now and how it was seen. */
function figures(count: Count, cards: readonly Card[]): Omit<FaceTotal, 'movedIn' | 'movedOut'>[] {
  const faces = new Set(cards.map(card => card.face))
  return [...faces]
    .sort((a, b) => a - b)
    .map(faceValueFen => {
      const mine = cards.filter(card => card.face === faceValueFen)
      const here = mine.filter(card => isHere(count, card))
      // Seen, not here now, and not here then either: a card that left after it was seen is no difference.
      const stray = mine.filter(card => count.seen.get(card.serial) === false && !isHere(count, card))
      const nobodys = stray.filter(
        card => card.used || card.state === null || card.state === 'void' || card.state === 'rejected',
      )
      const seenHere = here.filter(card => count.seen.has(card.serial)).length
      return {
        faceValueFen,
        snapshot: mine.filter(card => count.snapshot.has(card.serial)).length,
        expected: here.length,
        counted: seenHere + stray.length,
        missing: here.length - seenHere,
        surplus: nobodys.length,
        elsewhere: stray.length - nobodys.length,
      }
    })
}

async function agree(count: Count): Promise<void> {
  const { scope, county } = count
  const [totals, books, result] = await inTx(async tx => {
    await holdStill(tx, scope)
    const result = await compareCount(tx, scope, count.afterMovementId)
    // The constraints of the figures hold, too.
    return [await keepResult(tx, scope, result), await onTheBooks(tx, scope), result] as const
  })
  expect(result.now).toEqual(books)
  const byHand = figures(count, await truth(county.countyId))
  const none = { snapshot: 0, movedIn: 0, movedOut: 0, expected: 0, counted: 0, missing: 0, surplus: 0, elsewhere: 0 }
  for (const wanted of byHand) {
    const { movedIn, movedOut, ...got } = totals.find(total => total.faceValueFen === wanted.faceValueFen) ?? {
      ...none,
      faceValueFen: wanted.faceValueFen,
    }
    expect(got).toEqual(wanted)
    expect(got.expected).toBe(got.snapshot + movedIn - movedOut)
    expect(got.expected).toBe(got.counted + got.missing - got.surplus - got.elsewhere)
  }
}

/** A county with cards in all places, and a count of one of its holders that begins now. */
async function begin(pick: number, faceValuesFen: readonly number[], done: Map<string, number>): Promise<Count> {
  const county = await inTx(tx => newCounty(tx, nextCounty++))
  const { countyId, operatorId, batchIds, documents, holders } = county
  const serials = (first: number, last: number) => ({
    firstSerial: storedSerial(countyId, first + 1),
    lastSerial: storedSerial(countyId, last + 1),
  })
  const id = (kind: string, n = 0) => holders.filter(holder => holder.kind === kind)[n]?.id ?? 0
  const cause = { countyId, operatorId, documentId: documents[0] ?? 0, at: new Date() }
  const countyHolderId = id('county')
  await inTx(async tx => {
    const admit = (batch: number, first: number, last: number, rejected: number) =>
      admitCards(tx, {
        ...cause,
        batchId: batchIds[batch] ?? 0,
        countyHolderId,
        admitted: [serials(first, last)],
        rejected: [{ ...serials(rejected, rejected), reason: 'model' }],
      })
    await admit(0, 0, 21, 22)
    await admit(1, 24, 44, 45)
    const draw = { ...cause, kind: 'draw' as const, fromHolderId: countyHolderId }
    await moveCards(tx, {
      ...draw,
      toHolderId: id('station'),
      ranges: [serials(4, 15), serials(30, 37)],
      inTransit: true,
    })
    await endTransit(tx, { ...cause, toHolderId: id('station'), ranges: [serials(4, 15), serials(30, 33)] })
    const buy = { ...cause, kind: 'purchase' as const, fromHolderId: id('station') }
    await moveCards(tx, { ...buy, toHolderId: id('seller'), ranges: [serials(10, 15)] })
  })
  const counted = holders.filter(holder => ['county', 'station', 'seller', 'hall'].includes(holder.kind))
  const holderId = counted[pick % counted.length]?.id ?? 0
  const actor = { ...anonymous, countyId, operatorId }
  const document: Document = await inTx(tx => createDocument(tx, actor, { kind: 'PD', holderId }))
  const scope = { countyId, documentId: document.documentId, holderId, faceValuesFen }
  const { afterMovementId } = await inTx(async tx => {
    await holdStill(tx, scope)
    return takeSnapshot(tx, scope)
  })
  const count: Count = { county, actor, scope, afterMovementId, snapshot: new Set(), seen: new Map(), done }
  for (const card of await truth(countyId)) if (isHere(count, card)) count.snapshot.add(card.serial)
  return count
}

async function take(count: Count, step: Step): Promise<string> {
  if (step.do === 'move') return move(count, step)
  if (step.do === 'use') return use(count, step.place)
  if (step.do !== 'carry') return look(count, step)
  await inTx(tx => carryUses(tx, 100))
  return 'carry'
}

test('expected ± moves = counted + missing − surplus, for every card by itself', async () => {
  const done = new Map<string, number>()
  const scopes = fc.constantFrom([], [], [5_000], [10_000])
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 59 }),
      scopes,
      fc.array(step, { minLength: 15, maxLength: 40, size: 'max' }),
      async (pick, faces, steps) => {
        const count = await begin(pick, faces, done)
        for (const [n, step] of steps.entries()) {
          const outcome = await take(count, step)
          done.set(outcome, (done.get(outcome) ?? 0) + 1)
          if (n % 5 === 4) await agree(count)
        }
        await agree(count)
      },
    ),
    { numRuns: runs, endOnFailure: false },
  )
  // A model test that never does a thing proves nothing of it.
  const wanted = [
    'accept own',
    'draw own',
    'purchase to',
    'sellerReturn to',
    'void own',
    'use',
    'carry',
    'scan',
    'unscan',
    'refused scan',
    'stationReturn to',
  ]
  expect(wanted.filter(name => !done.has(name))).toEqual([])
}, 120_000)
