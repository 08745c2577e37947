// Every operation called over HTTP as every role; who may is written by hand in role-table.tsv, from the requirements and the page map.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOperator } from '../src/domain/county.ts'
import { createRegion } from '../src/domain/region.ts'
import { operatorRoles, type Role } from '../src/domain/roles.ts'
import { anonymous } from '../src/kernel/session.ts'
import { operations } from '../src/registry.ts'
import { codeOf, type Door, openDoor } from './support/door.ts'
import { createWorld, type World } from './support/world.ts'

const shortNames: Readonly<Record<string, Role>> = {
  KA: 'countyCardAdmin',
  CF: 'countyFinance',
  SA: 'stationCardAdmin',
  SE: 'sellerPortal',
  SY: 'systemAdmin',
  SC: 'securityAdmin',
  AU: 'auditAdmin',
  OP: 'hotlineAttendant',
  UP: 'regionViewer',
  '-': 'anonymous',
  hotline: 'hotline',
  worker: 'worker',
}
const overHttp: readonly Role[] = [...operatorRoles, 'anonymous']

interface Row {
  name: string
  roles: readonly Role[]
  isLater: boolean
}

const rows: Row[] = readFileSync(fileURLToPath(new URL('role-table.tsv', import.meta.url)), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
  .map(line => {
    const [name = '', who = '', why = ''] = line.split('\t')
    const roles = who.split(' ').flatMap(short => (short === 'everyone' ? operatorRoles : (shortNames[short] ?? [])))
    return { name, roles, isLater: why.split(' ').includes('later') }
  })
const cells = rows
  .filter(({ name }) => operations.has(name))
  .flatMap(({ name, roles }) => overHttp.map(role => ({ name, role, isAllowed: roles.includes(role) })))

let world: World
let door: Door
const tokens = new Map<Role, string>()
/** Signing out ends the session that asks: it gets one of its own. */
const lastTokens = new Map<Role, string>()

beforeAll(async () => {
  world = await createWorld()
  door = await openDoor(world)
  for (const person of ['card', 'finance', 'station1', 'system', 'security', 'audit', 'attendant'] as const) {
    await giveTokens(world.actor(person))
  }
  await giveTokens(await sign('sellerPortal', 1, { holderId: world.places.sellers[0] }))
  const region = { kind: 'city', code: 'C1', name: '市公司', nameEn: '', parentId: null } as const
  const regionId = await world.inTransaction(tx => createRegion(tx, region))
  await giveTokens(await sign('regionViewer', 0, { regionId }))
  expect([...tokens.keys()].sort()).toEqual([...operatorRoles].sort())
})
afterAll(async () => {
  await door.close()
  await world.close()
})

async function sign(
  role: 'sellerPortal' | 'regionViewer',
  countyId: number,
  at: { holderId?: number; regionId?: number },
) {
  const person = {
    countyId,
    signInName: role,
    staffNo: role,
    name: role,
    role,
    holderId: null,
    passwordHash: '-',
    ...at,
  }
  const operatorId = await world.inTransaction(tx => createOperator(tx, person))
  return { ...anonymous, role, countyId, operatorId }
}

async function giveTokens(actor: Parameters<Door['tokenOf']>[0]): Promise<void> {
  const role = operatorRoles.find(one => one === actor.role)
  if (!role) throw new Error(`${actor.role} is no role of people`)
  tokens.set(role, await door.tokenOf(actor))
  lastTokens.set(role, await door.tokenOf(actor))
}

/** What the door says to one role about one operation, with nothing filled in. */
async function ask({ name, role }: { name: string; role: Role }): Promise<string> {
  const token = (name === 'auth.logout' ? lastTokens : tokens).get(role)
  const answer = await door.post(name, token === undefined ? {} : { token })
  const isNo = answer.status === 401 || answer.status === 403
  const isFile = !answer.headers.get('content-type')?.includes('json')
  const code = isFile ? 'done' : await codeOf(answer)
  return isNo || code === 'unexpected' ? `${answer.status} ${code}` : 'allowed'
}

/** The answers in the order asked, so many requests at a time. */
async function atOnce<T, R>(items: readonly T[], most: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = new Array(items.length)
  let next = 0
  const lane = async () => {
    for (let place = next++; place < items.length; place = next++) {
      const item = items[place]
      if (item !== undefined) answers[place] = await work(item)
    }
  }
  await Promise.all(Array.from({ length: most }, lane))
  return answers
}

describe('the table of role and operation', () => {
  it('has a row for every operation, and no row for what is not there', () => {
    const named = rows.map(({ name }) => name)
    expect(named.filter((name, place) => named.indexOf(name) !== place)).toEqual([])
    expect([...operations.keys()].filter(name => !named.includes(name))).toEqual([])
    expect(rows.filter(({ name, isLater }) => !isLater && !operations.has(name)).map(({ name }) => name)).toEqual([])
    expect(rows.filter(({ roles }) => roles.length === 0).map(({ name }) => name)).toEqual([])
  })

  it('gives no administrator anything of cards, and a viewer nothing that acts', () => {
    const ofAdministrators = [
      'demonstration',
      'auth',
      'phone',
      'operator',
      'role',
      'session',
      'securityPolicy',
      'audit',
      'org',
      'job',
      'todo',
    ]
    for (const { name, roles } of rows) {
      const isFree = ofAdministrators.includes(name.split('.')[0] ?? '')
      const administrators = roles.filter(role => ['systemAdmin', 'securityAdmin', 'auditAdmin'].includes(role))
      expect([name, isFree ? [] : administrators]).toEqual([name, []])
      const operation = operations.get(name)
      const acts = operation?.kind === 'command' && !operation.isRead && !/^(auth|job)\./.test(name)
      expect([name, acts && roles.includes('regionViewer')]).toEqual([name, false])
    }
  })

  it('is what the door does, cell by cell; every refusal is in the audit', async () => {
    const answers = await atOnce(cells, 12, ask)
    const wrong = cells.flatMap((cell, place) => {
      const expected = cell.isAllowed ? 'allowed' : cell.role === 'anonymous' ? '401 notSignedIn' : '403 notAllowed'
      return answers[place] === expected ? [] : [`${cell.name} as ${cell.role}: ${answers[place]}, not ${expected}`]
    })
    expect(wrong).toEqual([])

    const { rows: audited } = await sql<{ name: string; role: string }>`
      select operation as name, actor_role as role from audit
      where outcome in ('notAllowed', 'notSignedIn') and request_id ~ '^[0-9a-f-]{36}$'`.execute(world.db)
    const refused = cells.filter(({ isAllowed }) => !isAllowed).map(({ name, role }) => `${name} ${role}`)
    expect(audited.map(({ name, role }) => `${name} ${role}`).sort()).toEqual(refused.sort())
  }, 120_000)

  it('moves with the approvers of the county, and only there', async () => {
    const moved = { ZK: 'countyCardAdmin', ZF: 'countyFinance', LS: 'countyFinance', FS: 'countyFinance' } as const
    const settings = JSON.stringify({ approvers: moved })
    await world.db.updateTable('county').set({ settings }).where('countyId', '=', 1).execute()
    const kinds = { cardMaking: 'ZK', cardVoid: 'ZF', stationDraw: 'LS', stationReturn: 'FS' } as const
    const approvals = Object.entries(kinds).flatMap(([module, kind]) =>
      ['approve', 'reject', ...(kind === 'LS' ? ['extend'] : [])].map(verb => ({ name: `${module}.${verb}`, kind })),
    )
    const asked = approvals.flatMap(({ name, kind }) => operatorRoles.map(role => ({ name, role, kind })))
    const answers = await atOnce(asked, 12, ask)
    expect(asked.filter((_cell, place) => answers[place] === 'allowed').map(({ name, role }) => [name, role])).toEqual(
      approvals.map(({ name, kind }) => [name, moved[kind]]),
    )
  })
})
