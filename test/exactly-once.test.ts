// Nodes killed with -9 between hold, post and confirm; two nodes over one database; a lease that runs out: every time
// the account is credited exactly once, and recharge and card end as the money did.

import { createHmac, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { auditLedger } from '../src/domain/ledger-audit.ts'
import { createPinVault } from '../src/domain/pin.ts'
import { openSecrets } from '../src/kernel/secrets.ts'
import { misChannel } from '../src/main/mis-channel.ts'
import { compareBothSides } from '../src/mis/exactly-once.ts'
import { createMisAdmin, type MisAdmin } from '../src/mis/simulator/admin-client.ts'
import type { AccountEntry } from '../src/mis/simulator/admin-schemas.ts'
import { type ReferenceMis, startReferenceMis } from '../src/mis/simulator/reference-mis.ts'
import { type CardWorld, countyId, createCardWorld } from './support/cards.ts'
import { createTestDatabase, type TestDatabase } from './support/database.ts'
import { type NodeProcess, startNodeProcess, type ToNode } from './support/node-processes.ts'

const clockSpeed = 20
/** Every wait of the billing side is a twentieth: a lease of 60 s is 3 s, a message's life of 120 s is 6 s. */
const settledWithinMs = 40_000

let folder: string
let misDatabase: TestDatabase
let mis: ReferenceMis
let admin: MisAdmin
let world: CardWorld
let environment: Record<string, string>
let cards = 0
/** Ordinary accounts: one may be recharged only so often a day. */
let accounts: string[] = []
const nodes: NodeProcess[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dianka-exactly-once-'))
  const secrets = openSecrets(join(folder, 'secrets'))
  const pins = createPinVault(
    new Map([['pin-1', secrets.secret('pin-1')]]),
    'pin-1',
    createHmac('sha256', 'test').digest(),
  )
  world = await createCardWorld({ quantity: 2_000, services: {}, pins })
  misDatabase = await createTestDatabase({ migrated: false })
  const clockSince = Date.now()
  const adminToken = secrets.text('mis-admin')
  mis = await startReferenceMis({
    databaseUrl: misDatabase.url,
    bind: '127.0.0.1',
    port: 0,
    adminToken,
    channels: [misChannel(secrets)],
    seed: 1,
    clockSpeed,
    clockSince,
    log: () => {},
  })
  const misUrl = `http://127.0.0.1:${mis.port}`
  admin = createMisAdmin({ url: misUrl, token: adminToken })
  const listed = await admin.accounts({ limit: 300 })
  accounts = listed.accounts.filter(willing).map(({ accountNo }) => accountNo)
  environment = {
    DATABASE_URL: world.url,
    DIANKA_MIS_URL: misUrl,
    DIANKA_DATA_DIR: join(folder, 'data'),
    DIANKA_SECRETS_DIR: join(folder, 'secrets'),
    DIANKA_CLOCK_SPEED: String(clockSpeed),
    DIANKA_CLOCK_SINCE: String(clockSince),
    DIANKA_CARRY_MS: '500',
    // The tail of the schedule would be minutes even on the faster clock.
    DIANKA_POSTING_QUERIES_MS: '4000,8000',
    DIANKA_POSTING_QUERY_EVERY_MS: '8000',
  }
})
afterEach(async () => {
  await Promise.all(nodes.splice(0).map(node => node.kill()))
  await admin.clearFaults()
})
afterAll(async () => {
  await mis?.stop()
  await misDatabase?.drop()
  await world?.close()
  await rm(folder, { recursive: true, force: true })
})

/** Takes any card: no refusal of its own would hide what a kill did. */
const willing = ({ special, status, partialAllowed, prepayAllowed, maxFen }: AccountEntry) =>
  !special && status === 'N' && partialAllowed && prepayAllowed && maxFen >= 5_000

async function node(more: Record<string, string> = {}): Promise<NodeProcess> {
  const started = await startNodeProcess({ ...environment, DIANKA_NODE: `node-${randomUUID().slice(0, 8)}`, ...more })
  nodes.push(started)
  return started
}

function nextCard(post: boolean): ToNode {
  cards += 1
  const { serial, pin } = world.card(cards)
  return { countyId, key: `card ${cards}`, serial, pin, accountNo: accounts[cards % accounts.length] ?? '', post }
}

const unsettled = async () => {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from posting_task`.execute(world.db)
  return rows[0]?.n ?? 0
}

/** A last node sweeps up; then both sides must agree, and the ledger with itself. */
async function everythingEnded(): Promise<void> {
  const deadline = Date.now() + settledWithinMs
  while ((await unsettled()) > 0 && Date.now() < deadline) await sleep(100)
  expect(await unsettled()).toBe(0)
  const { serials, invariants } = await admin.audit()
  const theirs = new Map(serials.map(posted => [posted.serial, posted]))
  expect(await compareBothSides(world.db, theirs)).toEqual([])
  expect(invariants.moneyMoved.breaches).toEqual([])
  expect((await auditLedger(world.db)).differences).toEqual([])
}

/** Why recharges failed, should any have. */
const failures = async () => {
  const { rows } = await sql<{ details: unknown }>`select details from recharge_now where state = 'failed'`.execute(
    world.db,
  )
  return rows
}

const succeeded = async () => {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from recharge_now where state = 'succeeded'`.execute(world.db)
  return rows[0]?.n ?? 0
}

describe('a node killed with -9, ten times at random moments', () => {
  const killTen = async (
    post: boolean,
    ready: (key: string, victim: NodeProcess) => Promise<unknown>,
    windowMs: number,
  ) => {
    for (let round = 0; round < 10; round += 1) {
      const victim = await node()
      const orders = Array.from({ length: 4 }, () => nextCard(post))
      for (const order of orders) victim.recharge(order)
      await ready(orders[0]?.key ?? '', victim)
      await sleep(Math.random() * windowMs)
      await victim.kill()
    }
    await node()
    await everythingEnded()
  }

  it('between hold and post', async () => {
    const before = await succeeded()
    await killTen(false, (key, victim) => victim.until(message => 'key' in message && message.key === key), 30)
    // Whatever was accepted is posted by whoever comes next, though its own caller never asked again.
    const accepted = await sql<{ n: number }>`select count(*)::int as n from recharge`.execute(world.db)
    expect(await failures()).toEqual([])
    expect((await succeeded()) - before).toBe(accepted.rows[0]?.n)
  })

  it('between post and the billing system', async () => {
    await admin.addFault({
      name: 'slow',
      params: { delayMs: 5_000, stage: 'beforeApply' },
      match: { op: 'postRecharge' },
      times: 1_000,
    })
    await killTen(true, (key, victim) => victim.until(message => 'accepted' in message && message.key === key), 300)
  })

  it('between the billing system and confirm', async () => {
    await admin.addFault({
      name: 'slow',
      params: { delayMs: 5_000, stage: 'afterApply' },
      match: { op: 'postRecharge' },
      times: 1_000,
    })
    await killTen(true, (key, victim) => victim.until(message => 'accepted' in message && message.key === key), 300)
  })
})

describe('two nodes over one database', () => {
  it('settle once when a lease runs out while its node still waits for the answer', async () => {
    const before = await succeeded()
    await admin.addFault({
      name: 'slow',
      params: { delayMs: 6_000, stage: 'afterApply' },
      match: { op: 'postRecharge' },
      times: 12,
    })
    // A lease of 100 ms against an answer after 300 ms.
    const impatient = { DIANKA_POSTING_LEASE_MS: '2000', DIANKA_SWEEP_MS: '400' }
    const [first, second] = await Promise.all([node(impatient), node(impatient)])
    const orders = Array.from({ length: 12 }, () => nextCard(true))
    for (const [place, order] of orders.entries()) (place % 2 ? first : second).recharge(order)
    await sleep(2_000)
    await everythingEnded()
    expect((await succeeded()) - before).toBe(12)
  })

  it('settle once when one of them is stopped after it wrote its attempt, and let go when others have ended it', async () => {
    const before = await succeeded()
    const [sleeper] = await Promise.all([node(), node()])
    const orders = Array.from({ length: 6 }, () => nextCard(true))
    for (const order of orders) sleeper.recharge(order)
    await sleeper.until(message => 'accepted' in message)
    sleeper.signal('SIGSTOP')
    await sleep(7_000)
    sleeper.signal('SIGCONT')
    await sleep(500)
    await everythingEnded()
    const accepted = sleeper.heard.filter(message => 'accepted' in message).length
    expect((await succeeded()) - before).toBeLessThanOrEqual(6)
    expect(accepted).toBeGreaterThan(0)
  })
})
