// 进销存 against numbers worked by hand, against a plain count of random months, and as each role sees it.

import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, stockedBatch } from '../../../test/support/card-steps.ts'
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { runsOf } from '../../../test/support/lives.ts'
import { cardCount, macOf, newCounty } from '../../../test/support/model-county.ts'
import { createWorld } from '../../../test/support/world.ts'
import { type OpenDatabase, openDatabase } from '../../kernel/db.ts'
import { anonymous } from '../../kernel/session.ts'
import { addDays, dayOf, startOfDay } from '../business-day.ts'
import type { MoveKind } from '../card.ts'
import { acceptRecharges, carryUses, rechargeNow, succeedRecharge } from '../recharge.ts'
import { storedSerial } from '../serial.ts'
import { admitCards, endTransit, moveCards } from '../stock.ts'
import { numberOf, type ReportRow } from './report.ts'
import { runReport } from './run.ts'

let database: TestDatabase
let opened: OpenDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  opened = openDatabase({ url: database.url, poolSize: 2, statementTimeoutMs: 60_000, onIdleError: () => {} })
})
afterAll(async () => {
  await opened.close()
  await database.drop()
})

const posted = { transactionSerial: '', misRef: 'x', settleDate: '20260101', postedAt: '', notices: [] }
const limits = {
  wrongPinsPerCaller: 10,
  callerLockMs: 1,
  wrongPinsWithheld: 10,
  withheldWindowMs: 1,
  wrongPinsPerCard: 5,
  rechargesPerAccountDay: 1_000,
}

test('a small month by hand: what each place began with, got, gave and has; a station sees its own', async () => {
  const world = await createWorld()
  try {
    const batch = await stockedBatch(world, { quantity: 100 })
    await draw(world, 'station1', batch, { from: 0, quantity: 60 })
    const [seller] = world.places.sellers
    await world.as('station1').sellerPurchase.execute({
      sellerId: seller,
      ranges: [{ firstSerial: batch.serial(0), lastSerial: batch.serial(19) }],
      payment: { method: 'cash', amountFen: 100_000 },
      jointCheck: { confirmed: 'paper' },
    })
    const pin = world.services.pins.draw(batch.stored(2), 12)
    const card = { serial: batch.serial(2), pin, accountNo: '4101000001', caller: null, callId: null }
    const { rechargeId } = await world.as('hotline').recharge.accept({ ...card, channel: 'voice' }, { key: '1' })
    await world.inTransaction(async tx => succeedRecharge(tx, await rechargeNow(tx, 1, rechargeId), posted))
    const today = dayOf(new Date())
    const ask = { name: 'stockStatement', fromDay: today, toDay: today }
    for (const carried of [false, true]) {
      if (carried) await world.inTransaction(tx => carryUses(tx, 10))
      const { tables, checks } = await world.as('finance').report.run(ask)
      const rows = tables[0]?.rows.filter(row => row.level === 'face') ?? []
      const shown = rows.map(row => [
        ...[row.place, row.opening, row.stockedIn, row.drawnIn, row.purchasedIn, row.totalIn],
        ...[row.drawnOut, row.soldOut, row.recharged, row.voided, row.totalOut, row.closing, row.check],
      ])
      expect(shown).toEqual([
        ['青河县', 0, 100, null, null, 100, 60, null, null, 0, 60, 40, 0],
        ['城关供电所', 0, null, 60, null, 60, null, 20, null, 0, 20, 40, 0],
        ['售卡员1', 0, null, null, 20, 20, null, 1, null, 0, 1, 19, 0],
        ['客户', 0, null, null, 1, 1, null, null, 1, 0, 1, 0, 0],
      ])
      expect(rows[2]).toMatchObject({ closingFen: 95_000, inTransit: null, frozen: 0 })
      expect(tables[0]?.totals).toMatchObject({ closing: 99, closingFen: 495_000, stockedIn: 100, recharged: 1 })
      expect(checks.map(check => check.difference)).toEqual([0, 0, 0, 0, 0, 0, 0])
    }
    const own = await world.as('station1').report.run(ask)
    expect(own.tables[0]?.rows.filter(row => row.level === 'face').map(row => row.place)).toEqual([
      '城关供电所',
      '售卡员1',
    ])
    expect(own.tables[0]?.totals).toMatchObject({ place: '合计', closing: 59 })
    expect(own.checks.map(check => check.difference)).toEqual([0, 0, 0])
    expect((await world.as('station2').report.run({ ...ask, holderIds: [seller] })).tables[0]?.rows).toEqual([])
    const yesterday = addDays(today, -1)
    const compared = await world.as('card').report.run({ ...ask, compare: 'previous', faceValuesFen: [5_000] })
    expect([compared.compared?.fromDay, compared.compared?.toDay]).toEqual([yesterday, yesterday])
    expect(compared.compared?.tables[0]?.rows.filter(row => row.level === 'face').map(row => row.closing)).toEqual([
      0, 0, 0, 0,
    ])
    await expect(world.as('card').report.run({ ...ask, fromDay: addDays(today, 1) })).rejects.toMatchObject({
      code: 'badPeriod',
    })

    await sql`alter table movement disable trigger user`.execute(world.db)
    await sql`update movement set last_serial = last_serial - 1 where kind = 'draw'`.execute(world.db)
    const off = (await world.as('finance').report.run(ask)).checks
    expect(off[0]).toEqual({ name: 'cards', title: ['与卡数核对', 'Against the count of cards'], difference: 2 })
  } finally {
    await world.close()
  }
})

const step = fc.record({
  day: fc.nat({ max: 89 }),
  card: fc.nat({ max: cardCount - 1 }),
  length: fc.nat({ max: 9 }),
  pick: fc.nat({ max: 11 }),
})
let nextCounty = 1

test('random months: opening + in − out = closing, closings open the next, and both equal a plain count', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async steps => {
      const countyId = nextCounty++
      const { events, cards, holders } = await liveMonths(countyId, steps)
      const first = addDays(dayOf(new Date()), -90)
      let before: ReportRow[] = []
      for (const [from, to] of [
        [0, 29],
        [30, 59],
        [60, 91],
      ] as const) {
        const question = { fromDay: addDays(first, from), toDay: addDays(first, to) }
        const { tables, checks } = await opened.db.transaction().execute(tx =>
          runReport(
            tx,
            {
              countyId,
              actor: { ...anonymous, role: 'countyFinance', countyId },
              now: new Date(),
              wrongPinsPerCard: 5,
            },
            'stockStatement',
            question,
          ),
        )
        expect(checks.filter(check => check.difference !== 0)).toEqual([])
        const rows = tables[0]?.rows.filter(row => row.level === 'face') ?? []
        for (const row of rows) {
          const at = (days: number) =>
            events
              .filter(event => event.day < days && event.face === row.faceValueFen)
              .reduce(
                (sum, event) =>
                  sum + (event.to === row.holderId ? event.cards : 0) - (event.from === row.holderId ? event.cards : 0),
                0,
              )
          expect([row.opening, row.closing]).toEqual([at(from), at(to + 1)])
          expect(numberOf(row.opening) + numberOf(row.totalIn) - numberOf(row.totalOut)).toBe(row.closing)
          const earlier = before.find(
            other => other.holderId === row.holderId && other.faceValueFen === row.faceValueFen,
          )
          if (earlier) expect(row.opening).toBe(earlier.closing)
        }
        before = rows
      }
      for (const row of before) {
        const here = cards.filter(card => card.holder === row.holderId && card.face === row.faceValueFen)
        expect(row.closing).toBe(here.length)
        const { kind } = holders.find(holder => holder.id === row.holderId) ?? {}
        expect(row.inTransit).toBe(kind === 'station' ? here.filter(card => card.transit).length : null)
      }
    }),
    // Not shrunk: every try needs a county of its own, and there are no more than 999.
    { numRuns: runsOf(12), endOnFailure: true },
  )
}, 300_000)

interface PlainCard {
  face: number
  holder: number
  transit: boolean
}
interface PlainEvent {
  day: number
  face: number
  cards: number
  from: number
  to: number
}

/** Lives ninety days in the database and in a list of cards; what the domain refuses happens in neither. */
async function liveMonths(
  countyId: number,
  steps: readonly { day: number; card: number; length: number; pick: number }[],
) {
  const county = await opened.db.transaction().execute(tx => newCounty(tx, countyId))
  const { holders } = county
  const id = (kind: string, place = 0) => holders.filter(holder => holder.kind === kind)[place]?.id ?? 0
  const cards: PlainCard[] = county.model.cards.map(({ face }) => ({ face, holder: 0, transit: false }))
  const events: PlainEvent[] = []
  const first = startOfDay(addDays(dayOf(new Date()), -90))
  for (const [place, { day, card, length, pick }] of [...steps].sort((a, b) => a.day - b.day).entries()) {
    const at = new Date(first.getTime() + day * 86_400_000 + place * 1_000)
    const is = cards[card]
    const batch = county.model.cards[card]?.batchId
    let last = card
    const alike = (other: number) =>
      cards[other]?.holder === is?.holder &&
      cards[other]?.transit === is?.transit &&
      county.model.cards[other]?.batchId === batch
    while (last < card + length && alike(last + 1)) last += 1
    if (!is) continue
    const range = { firstSerial: storedSerial(countyId, card + 1), lastSerial: storedSerial(countyId, last + 1) }
    const cause = { countyId, documentId: county.documents[0] ?? 0, operatorId: county.operatorId, at, ranges: [range] }
    const holder = holders.find(other => other.id === is.holder)
    const seller = (station: number) => {
      const own = holders.filter(other => other.parent === station)
      return own[pick % own.length]?.id ?? 0
    }
    const move = (kind: MoveKind, to: number, inTransit = false) =>
      opened.db
        .transaction()
        .execute(tx => moveCards(tx, { ...cause, kind, fromHolderId: is.holder, toHolderId: to, inTransit }))
    const went = (to: number, transit = false) => {
      events.push({ day, face: is.face, cards: last - card + 1, from: is.holder, to })
      for (let n = card; n <= last; n += 1) cards[n] = { face: is.face, holder: to, transit }
    }
    if (is.holder === 0) {
      const admitted = { ...cause, batchId: batch ?? 0, admitted: [range], rejected: [], countyHolderId: id('county') }
      await opened.db.transaction().execute(tx => admitCards(tx, admitted))
      went(id('county'))
    } else if (is.transit) {
      await opened.db.transaction().execute(tx => endTransit(tx, { ...cause, toHolderId: is.holder }))
      for (let n = card; n <= last; n += 1) cards[n] = { ...is, transit: false }
    } else if (pick === 11 && holder?.kind !== 'custody' && holder?.kind !== 'account') {
      await move('void', id('custody'))
      went(id('custody'))
    } else if (holder?.kind === 'county' && is.face > 0 && county.model.cards[card]?.expired === false) {
      await move('draw', id('station', pick % 2), true)
      went(id('station', pick % 2), true)
    } else if (holder?.kind === 'station') {
      const to = pick < 3 ? id('county') : seller(is.holder)
      await move(pick < 3 ? 'stationReturn' : 'purchase', to)
      went(to)
    } else if ((holder?.kind === 'seller' || holder?.kind === 'hall') && pick < 6) {
      const to = pick < 3 ? (holder.parent ?? 0) : id('customer')
      await move(pick < 3 ? 'sellerReturn' : 'sale', to)
      went(to)
    } else if (holder?.kind === 'seller' || holder?.kind === 'hall' || holder?.kind === 'customer') {
      // A use is stamped by the database's clock: today, the ninetieth day. It waits to be carried or not, by chance.
      last = card
      const serial = range.firstSerial
      const item = {
        countyId,
        serial,
        pinMac: macOf(serial),
        accountNo: '4101000001',
        channel: 'voice' as const,
        caller: null,
        callId: null,
      }
      await opened.db.transaction().execute(async tx => {
        const [answer] = await acceptRecharges(tx, [item], { node: 'n', leaseMs: 1_000, limits })
        await succeedRecharge(tx, await rechargeNow(tx, countyId, answer?.rechargeId ?? 0), posted)
        if (pick % 2 === 0) await carryUses(tx, 1)
      })
      const customer = id('customer')
      if (is.holder !== customer) events.push({ day: 90, face: is.face, cards: 1, from: is.holder, to: customer })
      events.push({ day: 90, face: is.face, cards: 1, from: customer, to: id('account') })
      cards[card] = { face: is.face, holder: id('account'), transit: false }
    }
  }
  return { events, cards, holders }
}
