// One-time codes: set up, asked for, never good twice, taken away, required by policy; the secret unreadable in the database.

import { generateSync } from 'otplib'
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

let world: World
beforeAll(async () => {
  world = await createWorld({ passwordHash: await rightPasswordHash() })
  world.setNow(new Date('2026-06-01T08:00:10Z'))
})
afterAll(() => world.close())

const stepMs = 30_000
const codeAt = (secret: string, at: Date) => generateSync({ secret, epoch: Math.floor(at.getTime() / 1_000) })
const later = (steps: number) => world.setNow(new Date(world.now().getTime() + steps * stepMs))
const wrongCode = (right: string) => (right === '000000' ? '000001' : '000000')

async function enrolled(name: string) {
  const { token, actor } = await signIn(world, name)
  const answer = await world.as(actor).auth.totp({ action: 'enrol', password: rightPassword })
  const secret = answer.secret ?? ''
  return { token, actor, secret, uri: answer.uri ?? '', me: world.as(actor) }
}

async function inForce(name: string) {
  const person = await enrolled(name)
  expect((await person.me.auth.totp({ action: 'confirm', code: codeAt(person.secret, world.now()) })).outcome).toBe(
    'on',
  )
  later(2)
  return person
}

describe('one-time codes', () => {
  it('are in force only after a first right code, and then asked for at the sign-in', async () => {
    const { secret, uri, me } = await enrolled('finance')
    expect(uri).toMatch(/^otpauth:\/\/totp\/.*finance.*secret=/)
    expect((await login(world, 'finance', rightPassword)).outcome).toBe('signedIn')
    const code = codeAt(secret, world.now())
    expect(await me.auth.totp({ action: 'confirm', code: wrongCode(code) })).toEqual({ outcome: 'wrongCode' })
    expect(await me.auth.totp({ action: 'confirm', code })).toEqual({ outcome: 'on' })
    expect(await me.auth.me({})).toMatchObject({ totp: true })
    expect(await refusalOf(me.auth.totp({ action: 'enrol', password: rightPassword }))).toBe('totpOn')
    expect((await login(world, 'finance', rightPassword)).outcome).toBe('totp')
    expect((await login(world, 'finance', 'wrong')).outcome).toBe('wrong')
    expect((await login(world, 'finance', rightPassword, code)).outcome).toBe('wrongCode')
    later(1)
    expect((await login(world, 'finance', rightPassword, codeAt(secret, world.now()))).outcome).toBe('signedIn')
  })

  it('are good once, and an older one is not good after a newer', async () => {
    const { secret } = await inForce('finance2')
    const code = codeAt(secret, world.now())
    const older = codeAt(secret, new Date(world.now().getTime() - stepMs))
    expect((await login(world, 'finance2', rightPassword, code)).outcome).toBe('signedIn')
    expect((await login(world, 'finance2', rightPassword, code)).outcome).toBe('wrongCode')
    expect((await login(world, 'finance2', rightPassword, older)).outcome).toBe('wrongCode')
  })

  it('let exactly one in of ten who use the same code at once', async () => {
    const { secret } = await inForce('card')
    const code = codeAt(secret, world.now())
    await world.as('security').securityPolicy.update({ wrongPasswordsToLock: 10 })
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => login(world, 'card', rightPassword, code)))
    expect(outcomes.filter(({ outcome }) => outcome === 'signedIn')).toHaveLength(1)
    await world.as('security').securityPolicy.update({})
  })

  it('lock after five wrong ones, and the right password in between does not start the count anew', async () => {
    const { secret } = await inForce('card2')
    const code = codeAt(secret, world.now())
    for (let wrong = 0; wrong < 5; wrong += 1) {
      expect((await login(world, 'card2', rightPassword)).outcome).toBe('totp')
      expect((await login(world, 'card2', rightPassword, wrongCode(code))).outcome).toBe('wrongCode')
    }
    expect((await login(world, 'card2', rightPassword, code)).outcome).toBe('locked')
  })

  it('are taken away by password and code, or by the security administrator, who ends the sessions', async () => {
    const { secret, me } = await inForce('station1')
    const code = codeAt(secret, world.now())
    expect((await me.auth.totp({ action: 'disable', password: 'wrong', code })).outcome).toBe('wrong')
    expect((await me.auth.totp({ action: 'disable', password: rightPassword, code })).outcome).toBe('off')
    expect((await login(world, 'station1', rightPassword)).outcome).toBe('signedIn')

    const { actor, token } = await inForce('station2')
    await world.as('security').operator.resetTotp({ operatorId: actor.operatorId ?? 0 })
    expect(await isOver(world, token)).toBe(true)
    expect((await login(world, 'station2', rightPassword)).outcome).toBe('signedIn')
  })

  it('are owed before anything else where the policy asks for them', async () => {
    await world.as('security').securityPolicy.update({ totpRoles: ['hotlineAttendant'] })
    const { token, actor } = await signIn(world, 'attendant')
    expect(actor.owes).toBe('totp')
    expect(await refusalOf(world.as(actor).call.list({}))).toBe('owesFirst')
    const { secret = '' } = await world.as(actor).auth.totp({ action: 'enrol', password: rightPassword })
    await world.as(actor).auth.totp({ action: 'confirm', code: codeAt(secret, world.now()) })
    await world.as(await actorOf(world, token)).call.list({})
    await world.as('security').securityPolicy.update({})
  })

  it('leave no readable secret in the database: not in the row, nor in keys, nor in the audit', async () => {
    const { actor } = await signIn(world, 'audit')
    const asked = { name: 'auth.totp', input: { action: 'enrol', password: rightPassword }, actor, key: 'once' }
    const first = await world.execute(asked)
    const again = await world.execute(asked)
    expect(again).not.toEqual(first)
    const secrets = [first, again].map(answer => JSON.stringify(answer).match(/"secret":"(\w+)"/)?.[1] ?? '')
    const rows = await Promise.all([
      world.db.selectFrom('operator').selectAll().execute(),
      world.db.selectFrom('idempotency').selectAll().execute(),
      world.db.selectFrom('audit').selectAll().execute(),
    ])
    const everything = JSON.stringify(rows) + rows[0].map(row => row.totpSecret?.toString('latin1')).join()
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(20)
      expect(everything).not.toContain(secret)
    }
    expect(everything).not.toContain(rightPassword)
    expect(rows[2].filter(row => row.operation === 'auth.totp').length).toBeGreaterThan(5)
  })
})
