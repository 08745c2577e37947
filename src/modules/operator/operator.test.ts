// Sign-ins: one role at one place, what ends at once, duties that one person should not hold together.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isOver, login, refusalOf, rightPassword, rightPasswordHash, signIn } from '../../../test/support/sign-in.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { createOperator } from '../../domain/county.ts'
import type { Actor } from '../../kernel/operation.ts'
import { anonymous } from '../../kernel/session.ts'

let world: World
beforeAll(async () => {
  world = await createWorld({ passwordHash: await rightPasswordHash() })
})
afterAll(() => world.close())

const password = 'a given Password'
const newcomer = { signInName: 'new.one', staffNo: 'N-900', name: '新人', role: 'countyFinance' as const, password }
const create = (more: object) => world.as('security').operator.create({ ...newcomer, ...more })

describe('a sign-in', () => {
  it('is made with one role, owes its own password, and shows when it was last used', async () => {
    const { operatorId, heldTogether } = await create({})
    expect(heldTogether).toEqual([])
    const find = async () =>
      (await world.as('security').operator.list({})).operators.find(one => one.operatorId === operatorId)
    expect(await find()).toMatchObject({ lastSignInAt: null, mustChangePassword: true, openSessions: 0, totp: false })
    await signIn(world, 'NEW.one', password)
    expect(await find()).toMatchObject({ lastSignInAt: expect.any(String), openSessions: 1 })
  })

  it.each([
    ['a taken name, whatever its case', { signInName: 'FINANCE' }, 'signInNameTaken'],
    ['a station’s role without a station', { signInName: 's9', role: 'stationCardAdmin' }, 'roleNeedsPlace'],
    ['a county’s role at a station', { signInName: 's9', holderId: 1 }, 'roleNeedsPlace'],
    ['a place of another kind', { signInName: 's9', role: 'sellerPortal', holderId: 1 }, 'roleNeedsPlace'],
    ['a place that is not there', { signInName: 's9', role: 'sellerPortal', holderId: 99_999 }, 'roleNeedsPlace'],
    ['a region viewer without a region', { signInName: 's9', role: 'regionViewer' }, 'roleNeedsPlace'],
    ['a region within a county', { signInName: 's9', role: 'regionViewer', regionId: 1 }, 'roleNeedsPlace'],
    ['a weak password', { signInName: 's9', password: '1234567890' }, 'weakPassword'],
    ['a name with a space', { signInName: 's 9' }, 'badInput'],
    ['a name with an invisible sign', { signInName: 's9\u200b' }, 'badInput'],
    ['a role that is none', { signInName: 's9', role: 'worker' }, 'badInput'],
    ['a member nobody asked for', { signInName: 's9', countyId: 2 }, 'badInput'],
  ])('is refused with %s', async (_what, more, code) => {
    expect(await refusalOf(create(more))).toBe(code)
  })

  it('ends at once when it is disabled, and can be used again when enabled', async () => {
    const { token, actor } = await signIn(world, 'station1')
    const operatorId = actor.operatorId ?? 0
    await world.as('security').operator.disable({ operatorId })
    expect(await isOver(world, token)).toBe(true)
    expect((await login(world, 'station1', rightPassword)).outcome).toBe('wrong')
    await world.as('security').operator.enable({ operatorId })
    expect((await login(world, 'station1', rightPassword)).outcome).toBe('signedIn')
  })

  it('is unlocked before its time', async () => {
    for (let wrong = 0; wrong < 5; wrong += 1) await login(world, 'station2', 'wrong')
    expect((await login(world, 'station2', rightPassword)).outcome).toBe('locked')
    await world.as('security').operator.unlock({ operatorId: world.actor('station2').operatorId ?? 0 })
    expect((await login(world, 'station2', rightPassword)).outcome).toBe('signedIn')
  })

  it('is never changed by the one who acts with it', async () => {
    const operatorId = world.actor('security').operatorId ?? 0
    const me = world.as('security').operator
    const asked = [
      me.disable({ operatorId }),
      me.unlock({ operatorId }),
      me.resetPassword({ operatorId, password }),
      me.resetTotp({ operatorId }),
    ]
    expect(await Promise.all(asked.map(refusalOf))).toEqual(asked.map(() => 'notYourself'))
  })
})

describe('separated duties', () => {
  it('of one person are named when a second sign-in brings them together, and gone when one is disabled', async () => {
    const { operatorId, heldTogether } = await create({ signInName: 'both', staffNo: 'N-card', role: 'countyFinance' })
    expect(heldTogether).toEqual(['countyCardAdmin', 'countyFinance'])
    expect((await world.as('security').operator.list({})).heldTogether).toEqual([
      { staffNo: 'N-card', roles: ['countyCardAdmin', 'countyFinance'] },
    ])
    await world.as('security').operator.disable({ operatorId })
    expect((await world.as('security').operator.list({})).heldTogether).toEqual([])
    expect((await world.as('security').operator.enable({ operatorId })).heldTogether).toHaveLength(2)
    const corrected = await world.as('security').operator.update({ operatorId, name: '另一人', staffNo: 'N-other' })
    expect(corrected.heldTogether).toEqual([])
  })

  it('are not the attendant’s or a second station’s', async () => {
    const [, , holderId] = world.places.stations
    const second = { signInName: 'second', staffNo: 'N-station1', role: 'stationCardAdmin', holderId }
    expect((await create(second)).heldTogether).toEqual([])
    const third = { signInName: 'third', staffNo: 'N-station1', role: 'hotlineAttendant' }
    expect((await create(third)).heldTogether).toEqual([])
  })
})

describe('the table of roles', () => {
  it('is what is in force: an approval moved by the county moves in it', async () => {
    const approvers = async () => {
      const { operations } = await world.as('security').role.list({})
      return operations.find(({ name }) => name === 'stationDraw.approve')
    }
    expect(await approvers()).toMatchObject({ roles: ['countyCardAdmin'], byDefault: ['countyCardAdmin'] })
    expect(await refusalOf(approve('finance'))).toBe('notAllowed')
    await world.db
      .updateTable('county')
      .set({ settings: JSON.stringify({ approvers: { LS: 'countyFinance' } }) })
      .where('countyId', '=', 1)
      .execute()
    expect(await approvers()).toMatchObject({ roles: ['countyFinance'], byDefault: ['countyCardAdmin'] })
    expect(await refusalOf(approve('finance'))).toBe('badInput')
    expect(await refusalOf(approve('card'))).toBe('notAllowed')
    expect(await refusalOf(approve('system'))).toBe('notAllowed')
    const { operations } = await world.as('finance').auth.me({})
    expect(operations).toContain('stationDraw.approve')
    expect(operations).not.toContain('cardMaking.create')
  })

  const approve = (person: 'finance' | 'card' | 'system') =>
    world.execute({ name: 'stationDraw.approve', input: {}, actor: world.actor(person) })
})

describe('the installation', () => {
  it('holds administrators and region viewers, and nobody of a county', async () => {
    const security: Actor = await world.inTransaction(async tx => {
      const person = { countyId: 0, signInName: 'root.sec', staffNo: 'R1', name: '总安全', holderId: null }
      const operatorId = await createOperator(tx, { ...person, role: 'securityAdmin', passwordHash: '-' })
      return { ...anonymous, operatorId, role: 'securityAdmin', staffNo: 'R1', name: '总安全' }
    })
    const ask = (more: object) => world.as(security).operator.create({ ...newcomer, signInName: 'root.two', ...more })
    expect(await refusalOf(ask({}))).toBe('roleNeedsPlace')
    expect(await refusalOf(ask({ role: 'regionViewer', regionId: 77 }))).toBe('regionNotFound')
    expect(await refusalOf(ask({ role: 'auditAdmin' }))).toBe('done')
    const { operators } = await world.as(security).operator.list({})
    expect(operators.map(({ signInName }) => signInName).sort()).toEqual(['root.sec', 'root.two'])
    const other = world.actor('finance').operatorId ?? 0
    expect(await refusalOf(world.as(security).operator.disable({ operatorId: other }))).toBe('operatorNotFound')
  })
})
