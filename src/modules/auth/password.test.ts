// Choosing a password: the rules, the last five, what is owed after a reset, the sessions that end.

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  actorOf,
  isOver,
  login,
  refusalOf,
  rightPassword,
  rightPasswordHash,
  signIn,
} from '../../../test/support/sign-in.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { passwordFaults } from '../../domain/password.ts'
import { actorOfToken } from '../../kernel/session.ts'

let world: World
beforeAll(async () => {
  world = await createWorld({ passwordHash: await rightPasswordHash() })
})
afterAll(() => world.close())

const owner = { signInName: 'qh.finance', staffNo: 'QH00231', name: '钱财务' }

describe('the rules for a password', () => {
  it.each([
    ['short7Ä', ['short']],
    ['qh.finance', ['likeName']],
    ['QH.Finance2026!', ['likeName']],
    ['QH00231QH00231', ['likeName']],
    ['钱财务钱财务钱财务12', ['likeName']],
    ['Password2026', ['common']],
    ['!!admin123456', ['common']],
    ['aaaaaaaaaaaa', ['common']],
    ['1234567890', ['common']],
    ['9876543210', ['common']],
    ['woaini1314520', ['common']],
    ['1qaz2wsx3edc', ['common']],
    ['abc', ['short', 'common']],
    ['five green stations', []],
    ['电卡充值真方便呀你好', []],
    ['8840215937', []],
    ['dianka-demo-2026', []],
  ])('%s: %j', (password, faults) => {
    expect(passwordFaults(password, owner, 10)).toEqual(faults)
  })
})

describe('changing one’s own password', () => {
  it('needs the old one, counts wrong ones, and ends every other session', async () => {
    const here = await signIn(world, 'finance')
    const elsewhere = await signIn(world, 'finance')
    const me = world.as(here.actor)
    expect(await me.auth.password({ oldPassword: 'wrong', newPassword: 'a new Password 1' })).toEqual({
      outcome: 'wrong',
    })
    await expect(me.auth.password({ oldPassword: rightPassword, newPassword: 'short' })).rejects.toMatchObject({
      code: 'weakPassword',
      details: { faults: ['short'] },
    })
    expect(await me.auth.password({ oldPassword: rightPassword, newPassword: 'a new Password 1' })).toEqual({
      outcome: 'changed',
    })
    expect(await isOver(world, elsewhere.token)).toBe(true)
    expect(await isOver(world, here.token)).toBe(false)
    expect((await login(world, 'finance', rightPassword)).outcome).toBe('wrong')
    expect((await login(world, 'finance', 'a new Password 1')).outcome).toBe('signedIn')
  })

  it('takes none of the last five, and the sixth again', async () => {
    const { actor } = await signIn(world, 'finance2')
    const me = world.as(actor)
    const passwords = [rightPassword, ...[1, 2, 3, 4].map(n => `chosen Password ${n}`)]
    for (const [place, newPassword] of passwords.slice(1).entries()) {
      await me.auth.password({ oldPassword: passwords[place] ?? '', newPassword })
    }
    const oldPassword = passwords.at(-1) ?? ''
    for (const newPassword of passwords) {
      await expect(me.auth.password({ oldPassword, newPassword })).rejects.toMatchObject({
        details: { faults: ['usedBefore'] },
      })
    }
    await me.auth.password({ oldPassword, newPassword: 'chosen Password 5' })
    expect(await me.auth.password({ oldPassword: 'chosen Password 5', newPassword: rightPassword })).toEqual({
      outcome: 'changed',
    })
  })

  it('locks after five wrong old ones, as the sign-in does', async () => {
    const { actor } = await signIn(world, 'station2')
    const me = world.as(actor)
    const wrong = { oldPassword: 'wrong', newPassword: 'a new Password 1' }
    for (let time = 0; time < 5; time += 1) expect((await me.auth.password(wrong)).outcome).toBe('wrong')
    expect((await me.auth.password({ ...wrong, oldPassword: rightPassword })).outcome).toBe('locked')
    expect((await login(world, 'station2', rightPassword)).outcome).toBe('locked')
  })
})

describe('a password somebody else gave', () => {
  it('must be changed before anything else is done, and ends what was open', async () => {
    const before = await signIn(world, 'card2')
    const { operatorId } = before.actor
    await world.as('security').operator.resetPassword({ operatorId: operatorId ?? 0, password: 'given by Security' })
    expect(await isOver(world, before.token)).toBe(true)
    const { token, actor } = await signIn(world, 'card2', 'given by Security')
    expect(actor.owes).toBe('password')
    expect(await world.as(actor).auth.me({})).toMatchObject({ owes: 'password' })
    expect(await refusalOf(world.as(actor).stock.summary({}))).toBe('owesFirst')
    await world.as(actor).auth.password({ oldPassword: 'given by Security', newPassword: 'my own Password 9' })
    const after = await actorOf(world, token)
    expect(after.owes).toBeUndefined()
    await world.as(after).stock.summary({})
  })

  it('is owed after the days that the policy says', async () => {
    const { token } = await signIn(world, 'station3')
    await world.db
      .updateTable('operator')
      .set({ passwordChangedAt: sql<Date>`now() - interval '31 days'` })
      .where('signInName', '=', 'station3')
      .execute()
    expect((await actorOf(world, token)).owes).toBeUndefined()
    await world.as('security').securityPolicy.update({ maxPasswordAgeDays: 30 })
    expect((await actorOf(world, token)).owes).toBe('password')
    const { before } = await world.as('security').securityPolicy.update({})
    expect(before).toMatchObject({ maxPasswordAgeDays: 30 })
  })
})

describe('a session', () => {
  it('ends when nobody uses it, and looking alone is no use', async () => {
    const { token } = await signIn(world, 'attendant')
    const ago = (text: string) =>
      world.db
        .updateTable('session')
        .set({ lastSeenAt: sql<Date>`now() - ${text}::interval` })
        .execute()
    const idleMs = 60_000
    await ago('50 seconds')
    expect(await actorOfToken(world.db, token, { idleMs, isUse: false })).not.toBeNull()
    expect(await actorOfToken(world.db, token, { idleMs: 40_000, isUse: true })).toBeNull()
    expect(await actorOfToken(world.db, token, { idleMs, isUse: true })).not.toBeNull()
    expect(await actorOfToken(world.db, token, { idleMs: 40_000, isUse: true })).not.toBeNull()
    await ago('61 seconds')
    expect(await actorOfToken(world.db, token, { idleMs, isUse: true })).toBeNull()
  })

  it('is listed with where it came from, and ends at once when it is revoked', async () => {
    await world.db.deleteFrom('session').execute()
    const from = { address: '10.1.2.3', userAgent: 'x'.repeat(500) }
    const input = { name: 'audit', password: rightPassword }
    await world.execute({ name: 'auth.login', input, actor: { ...world.actor('audit'), role: 'anonymous' }, from })
    const { token, actor } = await signIn(world, 'security')
    const { sessions } = await world.as(actor).session.list({})
    expect(sessions.map(({ name, address, own }) => [name, address, own])).toEqual([
      ['人员 security', '', true],
      ['人员 audit', '10.1.2.3', false],
    ])
    expect(sessions[1]?.userAgent).toHaveLength(200)
    const sessionId = sessions[1]?.sessionId ?? ''
    expect(await world.as(actor).session.revoke({ sessionId })).toEqual({ ended: 1 })
    expect(await refusalOf(world.as(actor).session.revoke({ sessionId }))).toBe('sessionNotFound')
    expect(await world.as(actor).session.revoke({ operatorId: actor.operatorId ?? 0 })).toEqual({ ended: 1 })
    expect(await isOver(world, token)).toBe(true)
  })

  it('is one of twenty at most: the one unused longest ends', async () => {
    const first = await signIn(world, 'system')
    await world.db.updateTable('session').set({ lastSeenAt: sql<Date>`now() - interval '1 minute'` }).execute()
    for (let more = 0; more < 20; more += 1) await signIn(world, 'system')
    expect(await isOver(world, first.token)).toBe(true)
    const { sessions } = await world.as('security').session.list({ operatorId: first.actor.operatorId ?? 0 })
    expect(sessions).toHaveLength(20)
  })
})
