// Freezing, thawing, unlocking and extending cards: who may, for which cards, what stays, and what races them.

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stockedBatch } from '../../../test/support/card-steps.ts'
import { handOver } from '../../../test/support/hand-over.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { countyId, createWorld, type Person, type World } from '../../../test/support/world.ts'
import { auditLedger } from '../../domain/ledger-audit.ts'

const sellerPhone = '13900001111'
const attendant2 = 'attendant'
let world: World
let batch: MadeBatch
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 400 })
  const [one, two] = world.places.stations
  const [seller, , sellerOfTwo] = world.places.sellers
  await handOver(world, batch, { from: 0, quantity: 50 }, { station: one })
  await handOver(world, batch, { from: 50, quantity: 100 }, { station: one, seller })
  await handOver(world, batch, { from: 150, quantity: 50 }, { station: two, seller: sellerOfTwo })
  await handOver(world, batch, { from: 200, quantity: 20 }, { station: one, seller, customer: true })
  await world.db.updateTable('holder').set({ phone: sellerPhone }).where('holderId', '=', seller).execute()
})
afterAll(() => world.close())

const card = (who: Person) => world.as(who).card
const services = (who: Person) => world.as(who).cardService
const range = (first: number, last = first) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
const freeze = (who: Person, first: number, last = first, more: object = {}) =>
  card(who).freeze({ ranges: [range(first, last)], reason: 'lost', ...more })
const pinOf = (n: number) => world.services.pins.draw(batch.stored(n), 12)
const check = async (n: number, pin = pinOf(n)) =>
  (await world.as('hotline').card.check({ serial: batch.serial(n), pin, caller: null })).condition
const accept = (n: number) =>
  world.as('hotline').recharge.accept({
    serial: batch.serial(n),
    pin: pinOf(n),
    accountNo: '4101000001',
    channel: 'voice',
    caller: null,
    callId: null,
  })
/** A card used for good, as a settled recharge leaves it. */
async function use(n: number) {
  await accept(n)
  await sql`update card_use set stamped_at = now() where county_id = ${countyId} and serial = ${batch.stored(n)}`.execute(
    world.db,
  )
}
const expiry = async (n: number) => {
  const { rows } = await sql<{ day: string }>`
    select expires_on::text as day from card_range where county_id = ${countyId}
      and int8range(first_serial, last_serial, '[]') @> ${batch.stored(n)}::bigint`.execute(world.db)
  return rows[0]?.day
}

test('a freeze stops recharges at once, and only the last of two lifted frees the card', async () => {
  const lost = await freeze('station1', 50, 59)
  expect(lost).toMatchObject({ state: 'done', quantity: 10 })
  expect(lost.documentNo).toMatch(/^KF410123\d{12}$/)
  const disputed = await freeze('finance', 55, 55, { reason: 'disputed' })
  expect([await check(55), await check(54), await check(60)]).toEqual(['frozen', 'frozen', 'ok'])
  await expect(accept(55)).rejects.toMatchObject({ code: 'card.frozen' })

  const { freezes } = await card('station1').freezes({ ranges: [range(55)] })
  expect(freezes.map(one => [one.documentId, one.reason, one.liftable])).toEqual([
    [lost.documentId, '挂失', true],
    [disputed.documentId, '争议', true],
  ])
  expect((await card('station2').freezes({ ranges: [range(55)] })).freezes).toEqual([])

  const lift = (documentIds: number[], more: object = {}) =>
    card('finance2').unfreeze({ documentIds, reason: 'other', note: '已找到', ...more })
  expect(await lift([lost.documentId], { ranges: [range(54, 55)] })).toMatchObject({ quantity: 2 })
  expect([await check(53), await check(54), await check(55)]).toEqual(['frozen', 'ok', 'frozen'])
  expect(await lift([lost.documentId, disputed.documentId])).toMatchObject({ quantity: 9 })
  expect([await check(53), await check(55)]).toEqual(['ok', 'ok'])
  await expect(lift([lost.documentId])).rejects.toMatchObject({ code: 'notFrozen' })
})

test('whoever froze cannot unfreeze, by person, until the county says so; nor can anybody lift what a void froze', async () => {
  const { documentId } = await freeze('finance', 60)
  const lift = (who: Person) => card(who).unfreeze({ documentIds: [documentId], reason: 'lockedByMistake' })
  await expect(lift('finance')).rejects.toMatchObject({ code: 'KF05' })
  const samePerson = { ...world.actor('finance2'), staffNo: world.actor('finance').staffNo }
  await expect(
    world.as(samePerson).card.unfreeze({ documentIds: [documentId], reason: 'lockedByMistake' }),
  ).rejects.toMatchObject({ code: 'KF05' })
  await expect(lift('card')).rejects.toMatchObject({ code: 'notAllowed' })
  await sql`update county set settings = settings || '{"separationOfDuties": false}' where county_id = ${countyId}`.execute(
    world.db,
  )
  await lift('finance')
  await sql`update county set settings = settings - 'separationOfDuties' where county_id = ${countyId}`.execute(
    world.db,
  )

  const { rows } = await sql<{ id: number }>`
    insert into document (county_id, kind, holder_id, author_id, document_no, state)
    values (${countyId}, 'ZF', ${world.places.county}, ${world.actor('card').operatorId}, 'ZF0001', 'approved')
    returning document_id as id`.execute(world.db)
  const voids = rows[0]?.id ?? 0
  await sql`insert into card_freeze (county_id, document_id, first_serial, last_serial, reason)
    values (${countyId}, ${voids}, ${batch.stored(61)}, ${batch.stored(61)}, '作废')`.execute(world.db)
  const { freezes } = await card('finance').freezes({ ranges: [range(61)] })
  expect(freezes).toMatchObject([{ documentNo: 'ZF0001', liftable: false }])
  await expect(card('finance2').unfreeze({ documentIds: [voids], reason: 'disputed' })).rejects.toMatchObject({
    code: 'frozenByDocument',
    details: { documentNo: 'ZF0001' },
  })
  expect(await check(61)).toBe('frozen')
  await sql`delete from card_freeze where document_id = ${voids}`.execute(world.db)
})

test('everyone freezes what is near them and nothing else', async () => {
  await expect(freeze('station2', 0)).rejects.toMatchObject({ code: 'rangesNotMovable' })
  await expect(freeze('station2', 50)).rejects.toMatchObject({ code: 'rangesNotMovable' })
  await expect(freeze('station1', 200)).rejects.toMatchObject({ code: 'rangesNotMovable' })
  await expect(freeze('station1', 300)).rejects.toMatchObject({ code: 'rangesNotMovable' })
  await freeze('station1', 0, 4)
  await freeze('card', 200)
  await freeze('finance', 300)

  await expect(freeze('attendant', 62)).rejects.toMatchObject({ code: 'C11' })
  await expect(freeze('attendant', 62, 62, { caller: '13900002222' })).rejects.toMatchObject({
    code: 'callerNotRegistered',
  })
  await expect(freeze('attendant', 150, 150, { caller: sellerPhone })).rejects.toMatchObject({
    code: 'rangesNotMovable',
  })
  await freeze('attendant', 62, 64, { caller: sellerPhone })
  expect(await check(63)).toBe('frozen')
  for (const who of ['system', 'security', 'audit'] as const) {
    await expect(freeze(who, 65)).rejects.toMatchObject({ code: 'notAllowed' })
  }
  await expect(freeze('finance', 65, 65, { reason: 'other' })).rejects.toMatchObject({ code: 'C11' })
  await expect(freeze('finance', 65, 65, { reason: 'other', note: '客户来电' })).resolves.toMatchObject({ quantity: 1 })
})

test('used cards are refused, or left out when asked; a card that a recharge holds can be frozen', async () => {
  await use(70)
  await use(72)
  await accept(74)
  await expect(freeze('finance', 70, 75)).rejects.toMatchObject({ code: 'KF01', details: { quantity: 2 } })
  expect(await freeze('finance', 70, 75, { skipUsed: true })).toMatchObject({ quantity: 4 })
  await expect(freeze('finance', 70, 70, { skipUsed: true })).rejects.toMatchObject({ code: 'C04' })
  const { freezes } = await card('finance').freezes({ ranges: [range(70, 75)] })
  expect(freezes.map(one => [one.firstSerial, one.lastSerial])).toEqual([
    [batch.serial(71), batch.serial(71)],
    [batch.serial(73), batch.serial(75)],
  ])
})

test('a lock of wrong PINs is taken off: by the attendant once a day for a card, by finance as often as needed', async () => {
  const lock = async (n: number) => {
    for (let tries = 0; tries < 5; tries += 1) await check(n, '000000000000')
    await sql`delete from caller_try`.execute(world.db)
    expect(await check(n)).toBe('cardLocked')
    await sql`delete from caller_try`.execute(world.db)
  }
  const unlock = (who: Person, n: number, note = '') => card(who).unlock({ serial: batch.serial(n), note })
  await expect(unlock('finance', 80)).rejects.toMatchObject({ code: 'cardNotLocked' })
  await lock(80)
  await expect(unlock('attendant', 80)).rejects.toMatchObject({ code: 'C11' })
  await unlock(attendant2, 80, '机主核对无误')
  expect(await check(80)).toBe('ok')
  await lock(80)
  await expect(unlock('attendant', 80, '再次')).rejects.toMatchObject({ code: 'unlockedToday' })
  await unlock('finance', 80)
  await lock(80)
  await unlock('finance', 80)
  expect(await check(80)).toBe('ok')
  await lock(81)
  const both = await Promise.allSettled([unlock('attendant', 81, '甲'), unlock('attendant', 81, '乙')])
  expect(both.filter(one => one.status === 'fulfilled')).toHaveLength(1)
  await expect(card('card').unlock({ serial: batch.serial(80) })).rejects.toMatchObject({ code: 'notAllowed' })
})

test('an extension is free, moves nothing, makes an expired card good, and goes only forward', async () => {
  const extend = (first: number, last: number, expiresOn: string) =>
    card('finance').extend({ ranges: [range(first, last)], expiresOn })
  const was = (await expiry(90)) ?? ''
  await expect(extend(90, 99, was)).rejects.toMatchObject({ code: 'KF02', details: { date: was } })
  await expect(extend(90, 99, '2020-01-01')).rejects.toMatchObject({ code: 'KF02' })
  await expect(extend(90, 99, '2099-01-01')).rejects.toMatchObject({ code: 'extendedTooFar' })
  await expect(extend(72, 99, '2040-01-31')).rejects.toMatchObject({ code: 'KF01' })
  await expect(extend(73, 99, '2040-01-31')).rejects.toMatchObject({ code: 'KF04', details: { quantity: 1 } })
  const moved = () =>
    world.db
      .selectFrom('movement')
      .select(eb => eb.fn.countAll().as('n'))
      .executeTakeFirst()
  const before = await moved()
  expect(await extend(90, 99, '2040-01-31')).toMatchObject({ state: 'done', quantity: 10 })
  expect([await expiry(89), await expiry(90), await expiry(99), await expiry(100)]).toEqual([
    was,
    '2040-01-31',
    '2040-01-31',
    was,
  ])
  expect(await moved()).toEqual(before)
  // Each end by itself, over the borders of what differs: one range in the end, good to the later day.
  await expect(extend(85, 95, '2040-01-31')).rejects.toMatchObject({ code: 'KF02', details: { date: '2040-01-31' } })
  await extend(85, 89, '2040-01-31')
  const { rows } = await sql<{ n: number }>`
    select last_serial - first_serial + 1 as n from card_range where expires_on = '2040-01-31'`.execute(world.db)
  expect(rows).toEqual([{ n: 15 }])
  await sql`update card_range set expires_on = '2020-01-31' where state = 'customer'`.execute(world.db)
  expect(await check(205)).toBe('expired')
  await extend(200, 219, '2040-01-31')
  expect(await check(205)).toBe('ok')
  await expect(card('card').extend({ ranges: [range(110)], expiresOn: '2040-01-31' })).rejects.toMatchObject({
    code: 'notAllowed',
  })
})

test('above the limit a second person of finance approves; meanwhile the cards are claimed', async () => {
  const ask = { ranges: [range(220, 330)], expiresOn: '2041-01-31' }
  const { documentId, version, state } = await card('finance').extend(ask)
  expect(state).toBe('pendingApproval')
  expect(await expiry(220)).not.toBe('2041-01-31')
  await expect(card('finance').extend({ ...ask, ranges: [range(330)] })).rejects.toMatchObject({ code: 'C07' })
  await expect(services('finance').approve({ documentId, version })).rejects.toMatchObject({ code: 'C01' })
  await expect(services('card').approve({ documentId, version })).rejects.toMatchObject({ code: 'notAllowed' })
  await expect(services('finance2').approve({ documentId, version: version + 1 })).rejects.toMatchObject({
    code: 'documentMoved',
  })
  await expect(services('finance2').reject({ documentId, version, note: ' ' })).rejects.toMatchObject({ code: 'C06' })
  await services('finance2').reject({ documentId, version, note: '日期太远' })

  const sent = await card('finance').extend({ ...ask, expiresOn: '2039-01-31', again: { documentId } })
  expect(sent).toMatchObject({ documentId, state: 'pendingApproval' })
  await expect(card('finance2').extend({ ...ask, again: { documentId } })).rejects.toMatchObject({
    code: 'documentState',
  })
  await services('finance2').approve({ documentId, version: sent.version })
  expect([await expiry(220), await expiry(330), await expiry(331)]).toEqual([
    '2039-01-31',
    '2039-01-31',
    await expiry(340),
  ])
  expect(await world.db.selectFrom('claim').selectAll().execute()).toEqual([])
  await expect(services('finance').cancel({ documentId })).rejects.toMatchObject({ code: 'documentState' })

  const given = await card('finance').extend({ ranges: [range(220, 330)], expiresOn: '2042-01-31' })
  await expect(services('finance2').cancel({ documentId: given.documentId })).rejects.toMatchObject({
    code: 'notAuthor',
  })
  await services('finance').cancel({ documentId: given.documentId })
  expect(await world.db.selectFrom('claim').selectAll().execute()).toEqual([])
})

test('an extension and a recharge of the same card at once: one before the other, and the ledger agrees', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) => [
      accept(100 + n),
      card('finance').extend({ ranges: [range(100, 119)], expiresOn: `2035-01-${10 + n}` }),
    ]).flat(),
  )
  const codes = outcomes.flatMap(one => (one.status === 'rejected' ? [one.reason.code] : []))
  expect(new Set(codes)).toEqual(new Set(codes.filter(code => code === 'KF02' || code === 'KF04')))
  const differences = async () =>
    (await auditLedger(world.db)).differences.map(one => one.check).filter(check => check.startsWith('expiry'))
  expect(await differences()).toEqual([])
  await sql`update card_range set expires_on = expires_on + 1 where first_serial <= ${batch.stored(95)} and last_serial >= ${batch.stored(95)}`.execute(
    world.db,
  )
  expect(await differences()).toEqual(['expiry and its extensions'])
})

test('services are listed by what and why, each to whoever may see it, the applicant masked', async () => {
  const applicant = { name: '王小明', identityNo: '410123199001011234', phone: '13812345678' }
  const { documentId } = await card('finance').freeze({ ranges: [range(210)], reason: 'stolen', applicant })
  const { documents, counts } = await services('finance').list({ service: 'freeze', reason: 'stolen' })
  expect(documents).toMatchObject([{ documentId, service: 'freeze', reason: '被盗', quantity: 1 }])
  expect(counts).toEqual([{ state: 'done', quantity: 1 }])
  expect((await services('station1').list({})).documents.every(one => one.holderName === '城关供电所')).toBe(true)
  await expect(services('station1').get({ documentId })).rejects.toMatchObject({ code: 'documentNotFound' })
  const { service } = await services('attendant').get({ documentId })
  expect(service).toMatchObject({
    service: 'freeze',
    applicant: { name: '王**', identityNo: '4101**********1234', phone: '138******78' },
  })
  const { rows } = await sql<{ details: string }>`
    select details::text from audit where operation = 'card.freeze' order by audit_id desc limit 1`.execute(world.db)
  expect(rows[0]?.details).not.toMatch(/王小明|199001/)
})
