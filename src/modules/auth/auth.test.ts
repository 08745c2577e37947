// Signing in: right and wrong passwords, the lock, the session that ends at once.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CardWorld, createCardWorld } from '../../../test/support/cards.ts'
import { actorOfToken, anonymous, hashPassword } from '../../kernel/session.ts'

let world: CardWorld
const password = 'a right password'
beforeAll(async () => {
  world = await createCardWorld({ quantity: 1, services: {} })
  const passwordHash = await hashPassword(password)
  await world.db.updateTable('operator').set({ passwordHash }).execute()
})
afterAll(() => world.close())

const login = (name: string, typed: string) =>
  world.execute({ name: 'auth.login', input: { name, password: typed }, actor: anonymous }) as Promise<{
    outcome: string
    minutesLeft?: number
    session?: { token: string }
  }>

describe('signing in', () => {
  it('opens a session that holds until it is signed out', async () => {
    const { outcome, session } = await login('ADMIN', password)
    expect(outcome).toBe('signedIn')
    const actor = await actorOfToken(world.db, session?.token ?? '')
    if (!actor) throw new Error('the token is good')
    expect(actor).toMatchObject({ role: 'countyFinance', countyId: 1 })
    await world.execute({ name: 'auth.logout', input: {}, actor })
    expect(await actorOfToken(world.db, session?.token ?? '')).toBeNull()
  })

  it('says the same of an unknown name and a wrong password, and locks after five', async () => {
    expect(await login('nobody', password)).toEqual({ outcome: 'wrong' })
    for (let wrong = 0; wrong < 5; wrong += 1) expect(await login('admin', 'wrong')).toEqual({ outcome: 'wrong' })
    expect(await login('admin', password)).toMatchObject({ outcome: 'locked', minutesLeft: 15 })
  })

  it('writes no password down', async () => {
    const rows = await world.db.selectFrom('audit').select('details').where('operation', '=', 'auth.login').execute()
    expect(rows.length).toBeGreaterThan(5)
    expect(JSON.stringify(rows)).not.toContain(password)
  })

  it('refuses whoever has not signed in, and whoever has another role', async () => {
    await expect(world.execute({ name: 'stock.summary', input: {}, actor: anonymous })).rejects.toMatchObject({
      code: 'notSignedIn',
    })
    await expect(world.execute({ name: 'operator.create', input: {}, actor: world.admin })).rejects.toMatchObject({
      code: 'notAllowed',
    })
  })
})
