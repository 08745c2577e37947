// Voids: what they refuse, what submission freezes and who lifts it, who may do what, and the one transaction of the execution.

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import {
  approvedVoid,
  custody,
  executedVoid,
  hold,
  responsible,
  soiled,
  use,
} from '../../../test/support/void-steps.ts'
import { createWorld, type Person, type World } from '../../../test/support/world.ts'
import { freezeCards } from '../../domain/card-freeze.ts'
import { auditLedger } from '../../domain/ledger-audit.ts'

let world: World
let batch: MadeBatch
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 200 })
  await draw(world, 'station1', batch, { from: 100, quantity: 60 })
  await draw(world, 'station2', batch, { from: 160, quantity: 20 })
  await world.as('station1').sellerPurchase.execute({
    sellerId: world.places.sellers[0],
    ranges: [range(140, 159)],
    payment: { method: 'cash', amountFen: 100_000 },
    jointCheck: { confirmed: 'paper' },
  })
})
afterAll(() => world.close())

const range = (first: number, last = first) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
const cardVoid = (who: Person) => world.as(who).cardVoid
const create = (who: Person, first: number, last = first, more: object = {}) =>
  cardVoid(who).create({ ...soiled, ranges: [range(first, last)], ...more })
const submit = async (who: Person, first: number, last = first, more: object = {}) =>
  cardVoid(who).submit(await create(who, first, last, more))
const frozen = async (n: number) => (await world.as('finance').card.get({ serial: batch.serial(n) })).frozen
const rowsOf = async (table: 'claim' | 'cardFreeze', documentId: number) =>
  (await world.db.selectFrom(table).selectAll().where('documentId', '=', documentId).execute()).length

test('submission claims and freezes; rejection, withdrawal and sending back lift that freeze and no other', async () => {
  const lost = await world.db
    .insertInto('document')
    .values({ countyId: 1, kind: 'KF', holderId: world.places.county, authorId: world.actor('card').operatorId ?? 0 })
    .returning(['countyId', 'documentId'])
    .executeTakeFirstOrThrow()
  const both = { firstSerial: batch.stored(0), lastSerial: batch.stored(0) }
  await world.inTransaction(tx => freezeCards(tx, lost, [both], '挂失'))
  const draft = await create('finance', 0, 4)
  expect([draft.documentNo, await frozen(1), await rowsOf('claim', draft.documentId)]).toEqual([null, false, 0])

  // A card frozen by a report of loss can be voided.
  const submitted = await cardVoid('finance').submit(draft)
  expect(submitted.documentNo).toMatch(/^ZF410123\d{12}$/)
  expect([await frozen(0), await frozen(4), await frozen(5)]).toEqual([true, true, false])
  const { documentId } = submitted
  const free = async () => [await frozen(0), await frozen(4), await rowsOf('claim', documentId)]
  const rejected = await cardVoid('card').reject({ documentId, version: submitted.version, note: '照片不清' })
  expect([rejected.state, ...(await free())]).toEqual(['rejected', true, false, 0])

  const again = await cardVoid('finance').submit({ documentId })
  expect(again.documentNo).toBe(submitted.documentNo)
  const withdrawn = await cardVoid('finance').withdraw({ documentId })
  expect([withdrawn.state, ...(await free())]).toEqual(['withdrawn', true, false, 0])

  const third = await cardVoid('finance').submit({ documentId })
  const approved = await cardVoid('card').approve({ documentId, version: third.version })
  await expect(cardVoid('finance2').sendBack({ ...seen(approved), note: ' ' })).rejects.toMatchObject({ code: 'C06' })
  const back = await cardVoid('finance2').sendBack({ documentId, version: approved.version, note: '数量不对' })
  expect([back.state, ...(await free())]).toEqual(['rejected', true, false, 0])
  expect(await cardVoid('finance').cancel({ documentId })).toMatchObject({ state: 'cancelled' })
  expect(await free()).toEqual([true, false, 0])
})

test('what can never be void is refused at the draft, the rest at the submission, all faults at once', async () => {
  await expect(create('station1', 99, 100)).rejects.toMatchObject({
    code: 'rangesNotMovable',
    details: { faults: [`HOLD ${batch.serial(99)}-${batch.serial(99)} 1 county 青河县`] },
  })
  await expect(create('station1', 160)).rejects.toMatchObject({ code: 'rangesNotMovable' })
  await expect(create('card', 199, 200)).rejects.toMatchObject({
    details: { faults: [`GAP ${batch.serial(200)}-${batch.serial(200)} 1`] },
  })
  await expect(submit('card', 10, 10, { reason: 'lost', story: '不知去向' })).rejects.toMatchObject({ code: 'ZF02' })
  const told = { reason: 'lost', story: '清点时发现少了这一张卡', physical: false }
  const { documentNo } = await submit('card', 10, 10, told)
  await expect(submit('finance', 8, 12)).rejects.toMatchObject({ code: 'C07', details: { about: documentNo } })

  // A recharge not settled, and one that is: both of a seller.
  await hold(world, batch, 140)
  await use(world, batch, 141)
  await expect(submit('station1', 140)).rejects.toMatchObject({ code: 'ZF05', details: { serial: batch.serial(140) } })
  await expect(submit('station1', 141, 143)).rejects.toMatchObject({ code: 'ZF01', details: { quantity: 1 } })
})

test('who may see, change, approve and execute', async () => {
  const { documentId, version } = await submit('station1', 100, 104)
  await expect(cardVoid('station2').get({ documentId })).rejects.toMatchObject({ code: 'documentNotFound' })
  await expect(cardVoid('station2').withdraw({ documentId })).rejects.toMatchObject({ code: 'documentNotFound' })
  await expect(cardVoid('finance').withdraw({ documentId })).rejects.toMatchObject({ code: 'notAuthor' })
  await expect(cardVoid('finance').approve({ documentId, version })).rejects.toMatchObject({ code: 'voidApprover' })
  await expect(cardVoid('station1').update({ documentId, ...soiled, ranges: [range(100)] })).rejects.toMatchObject({
    code: 'documentState',
  })
  await expect(cardVoid('card').approve({ documentId, version: version - 1 })).rejects.toMatchObject({
    code: 'documentMoved',
  })
  const approved = await cardVoid('card').approve({ documentId, version })
  const asApprover = world.as({ ...world.actor('finance'), staffNo: world.actor('card').staffNo }).cardVoid
  await expect(asApprover.execute({ ...seen(approved), confirmQuantity: 5 })).rejects.toMatchObject({
    code: 'C02',
  })

  // What an administrator wrote is approved by finance or by another administrator, never by the author.
  const own = await submit('card', 20)
  await expect(cardVoid('card').approve(seen(own))).rejects.toMatchObject({ code: 'C01' })
  const twin = world.as({ ...world.actor('card2'), staffNo: world.actor('card').staffNo }).cardVoid
  await expect(twin.approve(seen(own))).rejects.toMatchObject({ code: 'C01' })
  expect(await cardVoid('finance').approve(seen(own))).toMatchObject({ state: 'approved' })
  await expect(cardVoid('finance').execute({ ...seen(own), confirmQuantity: 1 })).rejects.toMatchObject({
    code: 'documentMoved',
  })
  const draft = await create('card', 21)
  await expect(cardVoid('card2').discard(draft)).rejects.toMatchObject({ code: 'notAuthor' })
  expect(await cardVoid('card').discard(draft)).toMatchObject({ state: 'discarded', documentNo: null })
})
const seen = ({ documentId, version }: { documentId: number; version: number }) => ({ documentId, version })

test('the execution asks for the count, for the money of active cards, for who answers and where they lie', async () => {
  const story = '售卡员随身携带时不慎丢失'
  const lost = { reason: 'lost' as const, story, physical: false, responsible: null, custody: null }
  const active = seen(await approvedVoid(world, 'station1', [range(150, 152)], lost))
  const execute = (more: object) => cardVoid('finance').execute({ ...active, ...more })
  await expect(execute({})).rejects.toMatchObject({ code: 'ZF06', details: { n: 3, x: '150.00' } })
  await expect(execute({ confirmQuantity: 2 })).rejects.toMatchObject({ code: 'ZF06' })
  await expect(execute({ confirmQuantity: 3 })).rejects.toMatchObject({ code: 'voidMoney', details: { n: 3 } })
  const money = { treatment: 'compensation' as const, reference: '收据 12' }
  await expect(execute({ confirmQuantity: 3, money })).rejects.toMatchObject({ code: 'voidResponsible' })
  const done = await execute({ confirmQuantity: 3, money, responsible })
  expect(done).toMatchObject({ state: 'voided', quantity: 3 })
  expect(await cardVoid('finance').get({ documentId: done.documentId })).toMatchObject({
    void: { money, responsible, holders: [{ holderId: world.places.sellers[0], state: 'seller' }] },
    lines: [{ result: 'seller', note: '售卡员1', quantity: 3 }],
    custody: [],
  })
  expect((await hold(world, batch, 151)).code).toBe('void')

  // Inactive ones need somebody who answers, and those that are here a place; what was approved stands.
  const here = { responsible: null, custody: null }
  const second = seen(await approvedVoid(world, 'finance', [range(30, 31), range(110)], here))
  const executeHere = (more: object) => cardVoid('finance2').execute({ ...second, confirmQuantity: 3, ...more })
  await expect(executeHere({})).rejects.toMatchObject({ code: 'voidResponsible' })
  await expect(executeHere({ responsible })).rejects.toMatchObject({ code: 'ZF03' })
  await executeHere({ responsible, custody })
  const third = seen(await approvedVoid(world, 'finance', [range(32)]))
  await expect(cardVoid('finance2').execute({ ...third, confirmQuantity: 1, responsible })).rejects.toMatchObject({
    code: 'voidMoneyDecided',
  })

  // Cards of the county and of a station in one document: journal, balances, register and log agree.
  const { rows } = await world.as('finance').custody.list({ documentId: second.documentId })
  expect(rows.map(row => [row.firstSerial, row.quantity, row.keeper])).toEqual([
    [batch.serial(30), 2, '保管员'],
    [batch.serial(110), 1, '保管员'],
  ])
  const { rows: moved } = await sql<{ moved: string }>`
    select string_agg(from_state || ' ' || from_holder_id || ' ' || quantity, ',' order by first_serial) as moved
    from movement where kind = 'void' and document_id = ${second.documentId}`.execute(world.db)
  expect(moved[0]?.moved).toBe(`county ${world.places.county} 2,station ${world.places.stations[0]} 1`)
  expect([await rowsOf('claim', second.documentId), await rowsOf('cardFreeze', second.documentId)]).toEqual([0, 0])
  const { rows: log } = await sql`select from audit where operation = 'cardVoid.execute' and outcome = 'done'`.execute(
    world.db,
  )
  expect(log.length).toBeGreaterThanOrEqual(2)
  expect((await auditLedger(world.db)).differences).toEqual([])
})

test('two people on one document: one acts, the other is told', async () => {
  const { documentId, version } = await submit('station1', 120, 121)
  const outcomes = await Promise.allSettled([
    cardVoid('card').approve({ documentId, version }),
    cardVoid('card2').reject({ documentId, version, note: '不同意' }),
    cardVoid('station1').withdraw({ documentId, version }),
  ])
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'documentMoved' })
  }
  const third = seen(await approvedVoid(world, 'station1', [range(122, 123)]))
  const twice = await Promise.allSettled(
    (['finance', 'finance2', 'finance'] as const).map(who => cardVoid(who).execute({ ...third, confirmQuantity: 2 })),
  )
  expect(twice.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

test('a void and a recharge of the same card at the same moment: one of them happens', async () => {
  for (const n of [153, 154, 155, 156, 157, 158]) {
    const draft = await create('station1', n)
    const [voided, recharged] = await Promise.allSettled([cardVoid('station1').submit(draft), hold(world, batch, n)])
    const held = recharged.status === 'fulfilled' && recharged.value.code === 'ok'
    if (held) expect(voided).toMatchObject({ status: 'rejected', reason: { code: 'ZF05' } })
    else expect([voided.status, recharged]).toMatchObject(['fulfilled', { value: { code: 'frozen' } }])
  }
})

test('lists filter by reason, former holder, place and state of custody; a station sees its own', async () => {
  await executedVoid(world, 'finance2', [range(40, 44)], 5, { reason: 'printDefect' })
  const found = async (filter: object, who: Person = 'finance') => (await cardVoid(who).list(filter)).voids
  expect(await found({ reason: 'printDefect' })).toMatchObject([
    { custodyState: 'kept', locations: ['县库 3 号柜'], head: { quantity: 5 }, void: { reason: 'printDefect' } },
  ])
  expect((await found({ cardHolderId: world.places.sellers[0], states: ['voided'] })).length).toBe(1)
  expect((await found({ location: '3 号', custodyState: 'kept' })).length).toBeGreaterThanOrEqual(2)
  expect(await found({ custodyState: 'destroyed' })).toEqual([])
  const own = await found({}, 'station1')
  expect(own.length).toBeGreaterThan(3)
  expect(new Set(own.map(({ head }) => head.holderId))).toEqual(new Set([world.places.stations[0]]))
})
