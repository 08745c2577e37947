// Money of sellers: against a small model with everything at once, the database's own word, and an audit that can fail.

import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type World } from '../../test/support/world.ts'
import { Refusal } from '../kernel/refusal.ts'
import { createPlace } from './county.ts'
import { createDocument } from './document.ts'
import { auditLedger } from './ledger-audit.ts'
import { setCreditLimit, stopPurchases } from './seller.ts'
import { addEntries, type Entry, readSellerMoney, refuseViolation } from './seller-money.ts'

const countyId = 1
const operatorId = 1
let world: World
let documentId: number
let sellers = 0
beforeAll(async () => {
  world = await createWorld({ maxTries: 1 })
  documentId = await paper()
})
afterAll(() => world.close())

async function paper() {
  const holderId = world.places.stations[0]
  const made = await world.inTransaction(tx => createDocument(tx, world.actor('station1'), { kind: 'KF', holderId }))
  return made.documentId
}

async function newSeller(creditLimitFen: number): Promise<number> {
  sellers += 1
  const place = {
    countyId,
    kind: 'seller' as const,
    code: `T${sellers}`,
    name: `试${sellers}`,
    parentId: world.places.stations[0],
  }
  return world.inTransaction(async tx => {
    const holderId = await createPlace(tx, place)
    await setCreditLimit(tx, { countyId, holderId }, creditLimitFen)
    return holderId
  })
}

/** Purchases need a paper of their own each. */
async function add(holderId: number, entries: Entry[]): Promise<string> {
  const of = entries.some(entry => entry.kind === 'purchase') ? await paper() : documentId
  const cause = { countyId, holderId, documentId: of, operatorId, at: new Date() }
  try {
    await world.inTransaction(tx => addEntries(tx, cause, entries))
    return 'ok'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}
const moneyOf = (holderId: number) => world.inTransaction(tx => readSellerMoney(tx, countyId, holderId))

/** The rules said again, one entry at a time; returns a code and changes nothing when it refuses. */
function inModel(model: { limit: number; owed: number; paid: number }, { kind, method, amountFen }: Entry): string {
  switch (`${kind} ${method}`) {
    case 'purchase credit':
      if (model.owed + amountFen > model.limit) return 'SK01'
      model.owed += amountFen
      return 'ok'
    case 'purchase cash':
    case 'purchase transfer':
      model.paid += amountFen
      return 'ok'
    case 'refund offset':
      if (amountFen > model.owed) return 'offsetBeyondOwed'
      model.owed -= amountFen
      return 'ok'
    case 'refund cash':
    case 'refund transfer':
      if (amountFen > model.paid) return 'TK04'
      model.paid -= amountFen
      return 'ok'
    case 'exchange offset':
      model.owed -= amountFen
      return 'ok'
    default:
      if (amountFen > model.owed) return 'repaidBeyondOwed'
      model.owed -= amountFen
      model.paid += amountFen
      return 'ok'
  }
}

const amountFen = fc.integer({ min: 1, max: 12 }).map(n => n * 1_000)
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({
    kind: fc.constant('purchase' as const),
    method: fc.constantFrom('cash', 'transfer', 'credit', 'credit'),
    amountFen,
  }),
  fc.record({ kind: fc.constant('refund' as const), method: fc.constantFrom('cash', 'transfer', 'offset'), amountFen }),
  fc.record({ kind: fc.constant('repayment' as const), method: fc.constantFrom('cash', 'transfer'), amountFen }),
  fc.record({ kind: fc.constant('exchange' as const), method: fc.constant('offset' as const), amountFen }),
)

test('one after another, entries are taken and refused as the model says, and the sums are the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 30 }), fc.nat({ max: 30 }), async (entries, limit) => {
      const model = { limit: limit * 1_000, owed: 0, paid: 0 }
      const holderId = await newSeller(model.limit)
      for (const one of entries) expect(await add(holderId, [one])).toBe(inModel(model, one))
      expect(await moneyOf(holderId)).toMatchObject({ owedFen: model.owed, paidFen: model.paid })
    }),
    { numRuns: Number(process.env.FC_RUNS ?? 25) },
  )
  expect((await auditLedger(world.db)).differences.filter(found => found.check === 'seller and entries')).toEqual([])
})

test('all at once, the limit is never passed, and what was taken is what the sums say', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { minLength: 8, maxLength: 24 }), async entries => {
      const holderId = await newSeller(20_000)
      const limitHeld = entries.every(one => one.kind !== 'exchange')
      const answers = await Promise.all(entries.map(one => add(holderId, [one])))
      const taken = entries.filter((_, place) => answers[place] === 'ok')
      const sum = (of: (one: Entry) => number) => taken.reduce((total, one) => total + of(one), 0)
      const owed = sum(one =>
        one.method === 'credit'
          ? one.amountFen
          : one.method === 'offset' || one.kind === 'repayment'
            ? -one.amountFen
            : 0,
      )
      const back = sum(one =>
        one.method === 'credit' || one.method === 'offset' ? 0 : one.kind === 'refund' ? -one.amountFen : one.amountFen,
      )
      expect(await moneyOf(holderId)).toMatchObject({ owedFen: owed, paidFen: back })
      expect(owed).toBeLessThanOrEqual(20_000)
      if (limitHeld) expect(owed).toBeGreaterThanOrEqual(0)
      expect(back).toBeGreaterThanOrEqual(0)
    }),
    { numRuns: Number(process.env.FC_RUNS ?? 15) },
  )
})

test('the parts of one refund count together', async () => {
  const holderId = await newSeller(50_000)
  await add(holderId, [{ kind: 'purchase', method: 'cash', amountFen: 10_000 }])
  await add(holderId, [{ kind: 'purchase', method: 'credit', amountFen: 20_000 }])
  const refund = (method: 'cash' | 'transfer' | 'offset', amountFen: number): Entry => ({
    kind: 'refund',
    method,
    amountFen,
  })
  expect(await add(holderId, [refund('cash', 6_000), refund('transfer', 5_000)])).toBe('TK04')
  expect(await add(holderId, [refund('offset', 15_000), refund('offset', 6_000)])).toBe('offsetBeyondOwed')
  expect(await add(holderId, [refund('cash', 10_000), refund('offset', 20_000)])).toBe('ok')
  expect(await moneyOf(holderId)).toMatchObject({ owedFen: 0, paidFen: 0 })
})

/** An entry written past the code that asks first. */
function write(holderId: number, kind: string, method: string, owed: number, paid: number, of: number | null) {
  const amount = Math.max(Math.abs(owed), Math.abs(paid))
  return sql`
    insert into seller_entry (county_id, holder_id, at, kind, method, document_id, amount_fen, owed_change_fen, paid_change_fen, operator_id)
    values (${countyId}, ${holderId}, now(), ${kind}, ${method}, ${of}, ${amount}, ${owed}, ${paid}, ${operatorId})`.execute(
    world.db,
  )
}

test('the database refuses the same by itself, and its word is a refusal', async () => {
  const holderId = await newSeller(10_000)
  const cases: [string, string, number, number, number | null][] = [
    ['purchase', 'credit', 10_001, 0, documentId],
    ['refund', 'cash', 0, -1, documentId],
    ['refund', 'offset', -1, 0, documentId],
    ['repayment', 'cash', -1, 1, null],
  ]
  for (const [kind, method, owed, paid, of] of cases) {
    const refused = write(holderId, kind, method, owed, paid, of).catch(refuseViolation)
    await expect(refused, `${kind} ${method}`).rejects.toMatchObject({ code: 'moneyBeyond' })
  }
  const of = await paper()
  await write(holderId, 'purchase', 'credit', 4_000, 0, of)
  const twice = write(holderId, 'purchase', 'credit', 4_000, 0, of).catch(refuseViolation)
  await expect(twice).rejects.toMatchObject({ code: 'moneyBeyond' })
  expect(await moneyOf(holderId)).toMatchObject({ owedFen: 4_000, paidFen: 0 })
  // What is no rule of money stays what it is: an error.
  await expect(write(holderId, 'purchase', 'gift', 1, 0, of).catch(refuseViolation)).rejects.not.toBeInstanceOf(Refusal)
  await expect(sql`delete from seller_entry`.execute(world.db)).rejects.toThrow('append-only')
})

test('the audit names a seller whose sums are not those of its entries', async () => {
  const holderId = await newSeller(10_000)
  await add(holderId, [{ kind: 'purchase', method: 'credit', amountFen: 3_000 }])
  const found = async () => (await auditLedger(world.db)).differences.filter(one => one.check === 'seller and entries')
  expect(await found()).toEqual([])
  const change = (owedFen: number) =>
    world.db.updateTable('seller').set({ owedFen }).where('holderId', '=', holderId).execute()
  await change(2_999)
  expect(await found()).toMatchObject([
    { about: expect.stringContaining(`seller ${holderId}: owed 2999, entries 3000`) },
  ])
  await change(3_000)
  expect(await found()).toEqual([])
})

test('nobody buys while purchases are stopped, and all else goes on', async () => {
  const holderId = await newSeller(10_000)
  const stop = (since: Date | null) => world.inTransaction(tx => stopPurchases(tx, { countyId, holderId }, since))
  await stop(new Date())
  expect(await add(holderId, [{ kind: 'purchase', method: 'cash', amountFen: 1_000 }])).toBe('sellerStopped')
  expect(await add(holderId, [{ kind: 'exchange', method: 'offset', amountFen: 1_000 }])).toBe('ok')
  await stop(null)
  expect(await add(holderId, [{ kind: 'purchase', method: 'cash', amountFen: 1_000 }])).toBe('ok')
})
