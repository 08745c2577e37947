// Checking, accepting and settling recharges over a real database: races, limits, and what the card becomes.

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CardWorld, countyId, createCardWorld } from '../../../test/support/cards.ts'
import { auditLedger } from '../../domain/ledger-audit.ts'
import { carryUses } from '../../domain/recharge.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { BillingConnector, Capabilities, PostedAnswer } from '../../mis/connector.ts'

const capabilities: Capabilities = {
  query: 'native',
  dedup: 'sticky',
  notFoundIsFinal: true,
  close: 'native',
  reversal: 'sameDay',
  itemsRequired: false,
  partialAllowed: true,
  prepayAllowed: true,
  dayControl: 'clock',
}

/** Only what settling asks of a connector: what the billing system can do. */
const capabilitiesOnly = { capabilities } as BillingConnector

let world: CardWorld
beforeAll(async () => {
  world = await createCardWorld({ quantity: 400, active: 350, services: { billing: () => capabilitiesOnly } })
})
afterAll(() => world.close())

const check = (n: number, more: { pin?: string; caller?: string | null } = {}) => {
  const { serial, pin } = world.card(n)
  return world
    .api('hotline')
    .card.check({ serial, pin: more.pin ?? pin, caller: more.caller === undefined ? '13800000001' : more.caller })
}
const accept = (n: number, key: string, more: { accountNo?: string; execute?: CardWorld['api'] } = {}) => {
  const { serial, pin } = world.card(n)
  const api = (more.execute ?? world.api)('hotline')
  const input = {
    serial,
    pin,
    accountNo: more.accountNo ?? '4101000001',
    channel: 'voice' as const,
    caller: '13800000001',
    callId: null,
  }
  return api.recharge.accept(input, { key })
}
const posted = (transactionSerial: string): PostedAnswer => ({
  transactionSerial,
  misRef: 'M1',
  settleDate: '20260101',
  postedAt: '20260101000000000',
  balanceFen: 100,
  notices: [],
})

async function settle(transactionSerial: string, leaseToken: number, outcome: object) {
  const worker = world.api('worker')
  const begun = await worker.posting.begin({ transactionSerial, leaseToken, message: 'post', acctDate: '20260101' })
  return worker.posting.settle({ transactionSerial, attemptNo: begun.attemptNo, leaseToken, outcome: outcome as never })
}
const usedState = (n: number) =>
  world.db
    .selectFrom('cardUse')
    .select('stampedAt')
    .where('countyId', '=', countyId)
    .where('serial', '=', world.card(n).stored)
    .executeTakeFirst()

describe('a recharge', () => {
  it('is accepted once when 200 callers race for one card', async () => {
    const results = await Promise.allSettled(Array.from({ length: 200 }, (_, caller) => accept(1, `race ${caller}`)))
    const refused = results.flatMap(result => (result.status === 'rejected' ? [result.reason] : []))
    expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1)
    expect(refused.every(reason => reason instanceof Refusal && reason.code === 'card.inUse')).toBe(true)
    const rows = await world.db.selectFrom('posting').select('transactionSerial').execute()
    expect(rows).toHaveLength(1)
  })

  it('is the same recharge for the same key, also when repeated at once', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, () => accept(2, 'one key')))
    expect(new Set(results.map(result => result.transactionSerial)).size).toBe(1)
  })

  it('refuses the same key with another input', async () => {
    await accept(3, 'key of three')
    await expect(accept(4, 'key of three')).rejects.toMatchObject({ code: 'keyReused' })
  })

  it('accepts many different cards at once, each once', async () => {
    const results = await Promise.all(
      Array.from({ length: 150 }, (_, n) => accept(n + 10, `many ${n}`, { accountNo: `41010${n % 7}0001` })),
    )
    expect(new Set(results.map(result => result.rechargeId)).size).toBe(150)
    expect(
      (
        await world.db
          .selectFrom('audit')
          .select('auditId')
          .where('operation', '=', 'recharge.accept')
          .where('outcome', '=', 'done')
          .execute()
      ).length,
    ).toBeGreaterThanOrEqual(150)
  })

  it('uses the card for good once the billing system accepted, and counts as sold and recharged', async () => {
    const { transactionSerial, leaseToken } = await accept(5, 'five')
    expect(await check(5)).toMatchObject({ condition: 'inUse' })
    const settled = await settle(transactionSerial, leaseToken, {
      class: 'accepted',
      posted: posted(transactionSerial),
    })
    expect(settled.settlement).toBe('succeeded')
    expect((await usedState(5))?.stampedAt).toBeInstanceOf(Date)
    expect(await check(5)).toMatchObject({ condition: 'used', usedAccountTail: '0001' })
    await world.inTransaction(tx => carryUses(tx, 100))
    const kinds = await world.db
      .selectFrom('movement')
      .select('kind')
      .where('firstSerial', '=', world.card(5).stored)
      .where('rechargeId', 'is not', null)
      .orderBy('movementId')
      .execute()
    expect(kinds.map(row => row.kind)).toEqual(['sale', 'recharge'])
  })

  it('frees the card after a refusal that was the only answer', async () => {
    const { transactionSerial, leaseToken } = await accept(6, 'six')
    const settled = await settle(transactionSerial, leaseToken, {
      class: 'refused',
      reason: 'accountLocked',
      code: '1103',
      stage: 'answered',
    })
    expect(settled).toMatchObject({ settlement: 'failed', reason: 'accountLocked' })
    expect(await usedState(6)).toBeUndefined()
    expect(await check(6)).toMatchObject({ condition: 'ok' })
    await expect(accept(6, 'six again')).resolves.toMatchObject({ amountFen: 5_000 })
  })

  it('holds the card while nothing is known, and an acceptance heard without the lease still settles it', async () => {
    const { transactionSerial, leaseToken } = await accept(7, 'seven')
    expect(await settle(transactionSerial, leaseToken, { class: 'unknown', cause: 'timeout' })).toMatchObject({
      settlement: 'doubtful',
      next: 'ask',
    })
    expect((await usedState(7))?.stampedAt).toBeNull()
    const worker = world.api('worker')
    const begun = await worker.posting.begin({ transactionSerial, leaseToken, message: 'query', acctDate: '20260102' })
    expect(begun.posting.acctDate).toBe('20260101')
    await sql`update posting_task set lease_token = lease_token + 1 where transaction_serial = ${transactionSerial}`.execute(
      world.db,
    )
    const refusal = { class: 'refused', reason: 'accountLocked', code: '1103', stage: 'answered' }
    const stale = await worker.posting.settle({
      transactionSerial,
      attemptNo: 99,
      leaseToken,
      outcome: refusal as never,
    })
    expect(stale.settlement).toBe('stale')
    const heard = await worker.posting.settle({
      transactionSerial,
      attemptNo: begun.attemptNo,
      leaseToken,
      outcome: { class: 'state', postingState: 'posted', posted: posted(transactionSerial) },
    })
    expect(heard.settlement).toBe('succeeded')
  })

  it('refuses a begin without the lease', async () => {
    const { transactionSerial } = await accept(8, 'eight')
    await expect(
      world.api('worker').posting.begin({ transactionSerial, leaseToken: 7, message: 'post', acctDate: '20260101' }),
    ).rejects.toMatchObject({ code: 'leaseLost' })
  })

  it('opens an incident when an acceptance arrives after the card was freed', async () => {
    const { transactionSerial, leaseToken } = await accept(9, 'nine')
    const worker = world.api('worker')
    const begin = (message: 'post' | 'query') =>
      worker.posting.begin({ transactionSerial, leaseToken, message, acctDate: '20260101' })
    const post = await begin('post')
    const query = await begin('query')
    const closed = { class: 'state', postingState: 'closed' } as const
    const freed = await worker.posting.settle({
      transactionSerial,
      attemptNo: query.attemptNo,
      leaseToken,
      outcome: closed,
    })
    expect(freed.settlement).toBe('failed')
    const acceptance = { class: 'accepted', posted: posted(transactionSerial) } as const
    const late = await worker.posting.settle({
      transactionSerial,
      attemptNo: post.attemptNo,
      leaseToken,
      outcome: acceptance,
    })
    expect(late.settlement).toBe('lateAcceptance')
    const incidents = world.db.selectFrom('incident').select('kind').where('transactionSerial', '=', transactionSerial)
    expect(await incidents.execute()).toEqual([{ kind: 'LATE_ACCEPT' }])
  })

  it('refuses a card that no seller bought yet, even with the right PIN', async () => {
    expect(await check(399)).toMatchObject({ condition: 'inactive' })
    await expect(accept(399, 'inactive')).rejects.toMatchObject({ code: 'card.inactive' })
  })

  it('adds up afterwards', async () => {
    const report = await auditLedger(world.db)
    expect(report.differences).toEqual([])
  })
})

describe('guessing', () => {
  it('locks a card after five wrong PINs, and then the right one is not even compared', async () => {
    for (let guess = 0; guess < 5; guess += 1)
      expect(await check(300, { pin: '000000000000', caller: `1390000000${guess}` })).toMatchObject({
        condition: 'badCard',
      })
    expect(await check(300, { caller: '13900000009' })).toMatchObject({ condition: 'cardLocked' })
    await expect(accept(300, 'locked')).rejects.toMatchObject({ code: 'card.cardLocked' })
  })

  it('counts guesses made at once one by one', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, guess) => check(301, { pin: '000000000001', caller: `137000000${guess + 10}` })),
    )
    expect(answers.filter(answer => answer.condition === 'badCard')).toHaveLength(5)
    expect(answers.filter(answer => answer.condition === 'cardLocked')).toHaveLength(25)
  })

  it('locks a caller after ten wrong PINs in a row; a right one in between buys no guesses', async () => {
    const caller = '13600000001'
    for (let guess = 0; guess < 5; guess += 1) await check(310 + guess, { pin: '1', caller })
    expect(await check(320, { caller })).toMatchObject({ condition: 'ok' })
    for (let guess = 5; guess < 10; guess += 1) await check(310 + guess, { pin: '1', caller })
    expect(await check(320, { caller })).toMatchObject({ condition: 'callerLocked' })
  })

  it('closes the bucket of withheld numbers after ten wrong PINs', async () => {
    for (let guess = 0; guess < 10; guess += 1) await check(322 + guess, { pin: '1', caller: null })
    expect(await check(340, { caller: null })).toMatchObject({ condition: 'withheldClosed' })
    expect(await check(340, { caller: '13500000001' })).toMatchObject({ condition: 'ok' })
  })

  it('says one sentence for an unknown card, a wrong PIN and another county, and costs no try for a wrong check digit', async () => {
    const caller = '13400000001'
    const api = world.api('hotline')
    const answers = await Promise.all([
      api.card.check({ serial: '001200000121', pin: '999999999999', caller }),
      api.card.check({ serial: '370312345678', pin: '999999999999', caller }),
    ])
    expect(answers.map(answer => answer.condition)).toEqual(['badCard', 'badCard'])
    expect(await api.card.check({ serial: '001300000121', pin: '1', caller })).toMatchObject({ condition: 'badSerial' })
    const row = await world.db
      .selectFrom('callerTry')
      .select('wrongCount')
      .where('caller', '=', caller)
      .executeTakeFirstOrThrow()
    expect(row.wrongCount).toBe(1)
  })
})

describe('the database by itself', () => {
  const refusesTo = (statement: ReturnType<typeof sql>) => expect(statement.execute(world.db)).rejects.toThrow()
  it('never takes back a stamp, never frees a card whose recharge has not failed, never changes a fact', async () => {
    await refusesTo(sql`update card_use set stamped_at = null where stamped_at is not null`)
    await refusesTo(sql`delete from card_use where stamped_at is not null`)
    await refusesTo(sql`delete from card_use where stamped_at is null`)
    await refusesTo(sql`update recharge set amount_fen = 1`)
    await refusesTo(sql`delete from recharge_event`)
    await refusesTo(sql`update posting set amount_fen = 1`)
    await refusesTo(sql`update movement set quantity = 1`)
    await refusesTo(sql`update card set pin_mac = ''`)
    await refusesTo(
      sql`insert into recharge_event (county_id, recharge_id, event_no, state) select county_id, recharge_id, 9, 'failed' from recharge_event where state = 'succeeded' limit 1`,
    )
  })
})
