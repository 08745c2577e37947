// One card, two hundred callers who all confirm it at the same moment, twenty of them by SIP with real RTP: one hears
// success, all others hear the truth, and the money moves once.

import { createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { readConfig } from '../src/config.ts'
import { auditLedger } from '../src/domain/ledger-audit.ts'
import { createPinVault } from '../src/domain/pin.ts'
import type { ScriptCall } from '../src/hotline/engines/script/script-call.ts'
import { createScriptEngine, type ScriptEngine } from '../src/hotline/engines/script/script-engine.ts'
import { createSipEngine, type SipEngine } from '../src/hotline/engines/sip/engine.ts'
import { createHotline, type Hotline } from '../src/hotline/hotline.ts'
import { placeCall } from '../src/hotline/phone/place-call.ts'
import { defaultClipFolder } from '../src/hotline/voice/clip-library.ts'
import { createClient } from '../src/kernel/client.ts'
import { createLog } from '../src/kernel/log.ts'
import { openSecrets } from '../src/kernel/secrets.ts'
import { partActor } from '../src/kernel/session.ts'
import { misChannel } from '../src/main/mis-channel.ts'
import { type Node, startNode } from '../src/main/node.ts'
import { openPlatform, type Platform } from '../src/main/platform.ts'
import { compareBothSides } from '../src/mis/exactly-once.ts'
import { createMisAdmin, type MisAdmin } from '../src/mis/simulator/admin-client.ts'
import { type ReferenceMis, startReferenceMis } from '../src/mis/simulator/reference-mis.ts'
import type { AppRegistry } from '../src/registry.ts'
import { type CardWorld, countyId, createCardWorld } from './support/cards.ts'
import { createTestDatabase, type TestDatabase } from './support/database.ts'
import { createMeeting } from './support/meeting.ts'
import { willingAccounts, worthFen } from './support/willing-accounts.ts'

const scriptCallers = 180
const sipCallers = 20
const everybody = scriptCallers + sipCallers
const households = 10
const faceValueFen = 5_000
const called = '95598'
/** Longest that anybody here waits for the others: the machine may be busy. */
const patienceMs = 120_000

const askedToConfirm = '确认充值'
const success = '充值成功'
const inUse = '此卡正在充值中'
const used = /此卡已于.+充入尾号.+的户号/
const isResult = (text: string) => text.includes(success) || isRefusal(text)
const isRefusal = (text: string) => text.includes(inUse) || used.test(text)

let folder: string
let world: CardWorld
let misDatabase: TestDatabase
let mis: ReferenceMis
let admin: MisAdmin
let platform: Platform
let node: Node
let script: ScriptEngine
let sip: SipEngine
let hotline: Hotline
let accounts: string[] = []
/** Everybody has confirmed before the first of them is accepted. */
const meeting = createMeeting(everybody)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dianka-one-card-'))
  const secrets = openSecrets(join(folder, 'secrets'))
  const keys = new Map([['pin-1', secrets.secret('pin-1')]])
  const pins = createPinVault(keys, 'pin-1', createHmac('sha256', 'test').digest())
  world = await createCardWorld({ quantity: 3, faceValueFen, services: {}, pins })
  misDatabase = await createTestDatabase({ migrated: false })
  const adminToken = secrets.text('mis-admin')
  mis = await startReferenceMis({
    ...{ databaseUrl: misDatabase.url, bind: '127.0.0.1', port: 0, adminToken, channels: [misChannel(secrets)] },
    ...{ seed: 1, clockSpeed: 1, log: () => {} },
  })
  const misUrl = `http://127.0.0.1:${mis.port}`
  admin = createMisAdmin({ url: misUrl, token: adminToken })
  accounts = await willingAccounts(admin, households, faceValueFen)
  const config = readConfig({
    DATABASE_URL: world.url,
    DIANKA_MIS_URL: misUrl,
    DIANKA_DATA_DIR: join(folder, 'data'),
    DIANKA_SECRETS_DIR: join(folder, 'secrets'),
    DIANKA_SIP_PORT: '0',
    // Whoever comes first waits for the last.
    DIANKA_FIRST_KEY_MS: String(patienceMs),
    DIANKA_CALLER_POST_MS: '60000',
  })
  platform = await openPlatform(config, createLog({ level: 'warn', node: 'one-card' }), { attach: false })
  node = startNode(platform)
  await openHotline(platform)
})
afterAll(async () => {
  await hotline?.stop(0)
  await node?.stop()
  await platform?.close()
  await mis?.stop()
  await misDatabase?.drop()
  await world?.close()
  await rm(folder, { recursive: true, force: true })
})

/** As the product opens it, with telephones without sound beside those of SIP, and the meeting before every accept. */
async function openHotline({ config, log }: Platform): Promise<void> {
  script = createScriptEngine()
  sip = createSipEngine({
    ...{ bind: config.bind, port: config.sipPort, publicAddress: config.publicAddress, rtpPorts: config.rtpPorts },
    ...{ maxCalls: config.maxCalls, rtpTimeoutMs: config.rtpTimeoutMs, clipFolders: [defaultClipFolder], log },
  })
  const actor = partActor('hotline', countyId)
  hotline = createHotline({
    engines: [script, sip],
    countyOf: number => (number === called ? { countyId, language: 'zh-CN' } : null),
    api: () =>
      createClient<AppRegistry>(async (name, input, { key }) => {
        if (name === 'recharge.accept') await meeting.arrive()
        return node.execute({ name, input, actor, ...(key === undefined ? {} : { key }) })
      }),
    settings: config,
    now: () => new Date(),
    log,
  })
  await hotline.start()
}

const numberOf = (caller: number) => `1370000${String(caller).padStart(4, '0')}`
const accountOf = (caller: number) => accounts[caller % households] ?? ''
const shownCard = () => `1${world.card(1).serial}#${world.card(1).pin}#`

/** Calls without sound and keys everything ahead; resolves when asked to confirm. */
async function callByScript(caller: number): Promise<ScriptCall> {
  const call = script.place({ caller: numberOf(caller), called, patienceMs })
  call.press(`${shownCard()}${accountOf(caller)}#`)
  await call.hears(askedToConfirm)
  await call.listens()
  return call
}

async function confirmByScript(call: ScriptCall): Promise<string> {
  call.press('1')
  return call.listens()
}

/** Calls by SIP, confirms when the read-back is over, and hangs up when the result is; resolves to what was said then. */
async function callBySip(caller: number): Promise<string> {
  const { serial, pin } = world.card(1)
  const said: string[] = []
  const enough = new AbortController()
  const report = await placeCall({
    target: `sip:${called}@127.0.0.1:${sip.udpPort}`,
    from: numberOf(caller),
    keys: `!1,!${serial}#,!${pin}#,!${accountOf(caller)}#,1`,
    lingerMs: patienceMs,
    signal: enough.signal,
    onEvent(event) {
      if (event.type !== 'caption' || event.caption.type !== 'say') return
      if (isResult(said.at(-1) ?? '')) enough.abort()
      else said.push(event.caption.text)
    },
  })
  expect(report).toMatchObject({ answered: true, entriesSent: 5 })
  expect(report.packetsReceived).toBeGreaterThan(100)
  const readBack = said.findLastIndex(text => text.includes(askedToConfirm))
  expect(readBack, said.join('\n')).toBeGreaterThanOrEqual(0)
  return said.slice(readBack + 1).join('\n')
}

it('one hears success, all others the truth, and the money moves once', async () => {
  const before = await Promise.all(accounts.map(accountNo => worthFen(admin, accountNo)))
  const calls = await Promise.all(Array.from({ length: scriptCallers }, (_, caller) => callByScript(caller)))
  const bySip = Array.from({ length: sipCallers }, (_, place) => callBySip(scriptCallers + place))
  // Real speech takes its time: the others confirm when all of these have.
  await Promise.race([meeting.gathered(sipCallers), Promise.all(bySip)])
  const heard = await Promise.all([...calls.map(confirmByScript), ...bySip])

  expect(heard).toHaveLength(everybody)
  const winners = heard.flatMap((text, caller) => (text.includes(success) ? [caller] : []))
  expect(winners).toHaveLength(1)
  const winner = winners[0] ?? -1
  expect(heard.filter((text, caller) => caller !== winner && !isRefusal(text))).toEqual([])

  // Whoever tries again on the same call hears where the card went.
  const again = await Promise.all(
    calls.map(call => {
      call.press(shownCard())
      return call.hears(used)
    }),
  )
  expect(new Set(again).size).toBe(1)
  for (const call of calls) call.callerHangsUp()

  const after = await Promise.all(accounts.map(accountNo => worthFen(admin, accountNo)))
  const gained = after.map((worth, place) => worth - (before[place] ?? 0))
  expect(gained).toEqual(accounts.map(accountNo => (accountNo === accountOf(winner) ? faceValueFen : 0)))
})

it('one recharge, one posting, both audits green, and every call on record', async () => {
  const { serials, invariants } = await admin.audit()
  expect(serials).toMatchObject([{ outcome: 'posted', applyCount: 1, conflictCount: 0, payments: 1, reversed: 0 }])
  expect(invariants).toMatchObject({ appliedOnce: { holds: true }, moneyMoved: { holds: true } })
  const recharges = await world.db.selectFrom('rechargeNow').select(['serial', 'state']).execute()
  expect(recharges).toEqual([{ serial: world.card(1).stored, state: 'succeeded' }])
  expect(await compareBothSides(world.db, new Map(serials.map(posted => [posted.serial, posted])))).toEqual([])
  expect((await auditLedger(world.db)).differences).toEqual([])
  await vi.waitFor(async () => expect(await outcomes()).toEqual(oneOfAll), { timeout: patienceMs, interval: 100 })
})

/** The calls that are over, by how far they came. */
async function outcomes(): Promise<Record<string, number>> {
  const { rows } = await sql<{ outcome: string; calls: number }>`
    select outcome, count(*)::int as calls from call where ended_at is not null group by outcome`.execute(world.db)
  return Object.fromEntries(rows.map(({ outcome, calls }) => [outcome, calls]))
}

const oneOfAll = { 'recharge.succeeded': 1, 'recharge.refused': everybody - 1 }
