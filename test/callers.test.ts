// Real telephones of the distribution (sipp, baresip) call the running product: each redeems a card of its own over real
// RTP, with its keys sent in each of the three ways; then the money is on the accounts and both audits are green.

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, type TestContext } from 'vitest'
import type { Client } from '../src/kernel/client.ts'
import { maskMiddle } from '../src/kernel/redact.ts'
import { openSecrets } from '../src/kernel/secrets.ts'
import { createMisAdmin, type MisAdmin } from '../src/mis/simulator/admin-client.ts'
import type { AppRegistry } from '../src/registry.ts'
import { baresipPath, runBaresip } from './peers/baresip.ts'
import { newerBaresip } from './peers/newer-baresip.ts'
import type { KeyMode, PeerResult, Transport } from './peers/peer-programs.ts'
import { runSipp, sippPath } from './peers/sipp.ts'
import { type Demo, type Product, startProduct } from './support/product.ts'
import { willingAccounts, worthFen } from './support/willing-accounts.ts'

interface Caller {
  program: 'sipp' | 'baresip'
  transport: Transport
  mode: KeyMode
  from: string
}

/** What a caller holds in hand. */
interface Errand {
  card: Demo['cards'][number]
  accountNo: string
  beforeFen: number
}

const callers: readonly Caller[] = [
  { program: 'sipp', transport: 'udp', mode: 'rfc4733', from: '13912340001' },
  { program: 'sipp', transport: 'udp', mode: 'info', from: '13912340002' },
  { program: 'sipp', transport: 'udp', mode: 'inband', from: '13912340003' },
  { program: 'sipp', transport: 'tcp', mode: 'rfc4733', from: '13912340004' },
  { program: 'baresip', transport: 'udp', mode: 'rfc4733', from: '13812340001' },
  { program: 'baresip', transport: 'udp', mode: 'info', from: '13812340002' },
  { program: 'baresip', transport: 'udp', mode: 'inband', from: '13812340003' },
]

/**
 * These telephones hear nothing. sipp keys everything up to the account ahead, baresip lets each prompt speak a while.
 * The confirmation counts once its read-back has begun and is asked for three times, 10 s apart: any moment from then on
 * to a minute later will do, and this one is far from both ends.
 */
const confirmAfterMs = 15_000
const aheadMs = [500, 300, 300, 300, confirmAfterMs]
const listeningMs = [2_000, 3_000, 3_000, 3_000, confirmAfterMs]
/** Long enough to hear the result. */
const lastWaitMs = 12_000
const patienceMs = 60_000
const startLimitMs = 240_000

let product: Product
let admin: MisAdmin
let finance: Client<AppRegistry>
const errands = new Map<Caller, Errand>()
const calls = new Map<Caller, Promise<PeerResult>>()
const completed: Caller[] = []
/** Why the version of baresip that sends INFO is not there, or null. */
const fetched: Promise<string | null> = newerBaresip().then(() => null, String)

beforeAll(async () => {
  // sipp sends no sound at all beside its keys, which a line takes for a telephone that is gone after 30 s.
  product = await startProduct({ DIANKA_RTP_TIMEOUT_MS: '120000' })
  const demo = await product.demo()
  admin = createMisAdmin({
    url: `http://127.0.0.1:${product.environment.DIANKA_MIS_PORT}`,
    token: openSecrets(join(product.dataDir, 'secrets')).text('mis-admin'),
  })
  const clerk = demo.signIns.find(({ role }) => role === 'countyFinance')
  if (!clerk) throw new Error('nobody is in finance')
  finance = (await product.signIn(clerk.name, clerk.password)).api
  const cards = demo.cards.filter(isRedeemable).slice(0, callers.length)
  const accounts = await willingAccounts(admin, callers.length, Math.max(...cards.map(card => card.faceValueFen)))
  for (const [place, caller] of callers.entries()) {
    const [card, accountNo] = [cards[place], accounts[place]]
    if (!card || accountNo === undefined) throw new Error('a card and an account for every caller')
    errands.set(caller, { card, accountNo, beforeFen: await worthFen(admin, accountNo) })
  }
  // All at once, as callers do; each test looks after one of them.
  for (const caller of callers) {
    const call = ring(caller)
    call.catch(() => undefined)
    calls.set(caller, call)
  }
}, startLimitMs)
afterAll(() => product?.close())

function isRedeemable({ state, frozen, locked, expired, held }: Demo['cards'][number]): boolean {
  return ['seller', 'customer'].includes(state) && !frozen && !locked && !expired && !held
}

function errandOf(caller: Caller): Errand {
  const errand = errands.get(caller)
  if (!errand) throw new Error(`${caller.from} has nothing to do`)
  return errand
}

async function ring(caller: Caller): Promise<PeerResult> {
  const { program, ...how } = caller
  const { card, accountNo } = errandOf(caller)
  const keys = ['1', `${card.serial}#`, `${card.pin}#`, `${accountNo}#`, '1']
  const call = { ...how, target: product.sip, keys, lastWaitMs }
  if (program === 'sipp') return runSipp({ ...call, waitsMs: aheadMs })
  return runBaresip({ ...call, waitsMs: listeningMs })
}

/** The recharge of this caller's card once it is settled; its serial is shown with its middle hidden. */
async function settled(caller: Caller) {
  const shown = maskMiddle(errandOf(caller).card.serial)
  const deadlineMs = performance.now() + patienceMs
  for (;;) {
    const { recharges } = await finance.recharge.list({ pageSize: 50 })
    const found = recharges.filter(recharge => recharge.serial === shown && recharge.callId !== null)
    const isSettled = found.length > 0 && found.every(({ state }) => state === 'succeeded' || state === 'failed')
    if (isSettled || performance.now() > deadlineMs) return found
    await sleep(250)
  }
}

/** Says loudly what is not tested here; where everything must be tested that is a failure. */
function skipLoudly(context: TestContext, reason: string): never {
  if (process.env.CI === 'true') throw new Error(reason)
  console.error(`\n=== SKIPPED: ${reason} ===\n`)
  return context.skip(reason)
}

/** Why this caller cannot call here, or null. */
async function missing({ program, mode }: Caller): Promise<string | null> {
  if (program === 'sipp') return sippPath === undefined ? 'sipp is not installed (Debian package sip-tester)' : null
  if (baresipPath === undefined) return 'baresip is not installed (Debian package baresip-core)'
  if (mode !== 'info') return null
  const problem = await fetched
  return problem === null ? null : `baresip 1.1, which sends keys by INFO, cannot be fetched: ${problem}`
}

it.for(callers)('$program redeems a card, keys by $mode over $transport', async (caller, context) => {
  const problem = await missing(caller)
  if (problem !== null) skipLoudly(context, problem)
  const result = await calls.get(caller)
  expect(result?.exitCode, result?.output).toBe(0)
  const { card } = errandOf(caller)
  const found = await settled(caller)
  const amountFen = card.faceValueFen
  expect(found).toMatchObject([{ state: 'succeeded', amountFen, channel: 'voice', caller: maskMiddle(caller.from) }])
  const { steps } = await finance.call.transcript({ callId: found[0]?.callId ?? '' })
  const said = steps.map(step => step.text).join('\n')
  expect(said).toContain('充值成功')
  expect(said).not.toContain(card.pin)
  completed.push(caller)
})

it('the money is on every account, once, and both audits are green', async () => {
  expect(completed.length).toBeGreaterThan(0)
  for (const caller of completed) {
    const { accountNo, beforeFen, card } = errandOf(caller)
    expect((await worthFen(admin, accountNo)) - beforeFen, JSON.stringify(caller)).toBe(card.faceValueFen)
  }
  const audit = await product.command('audit')
  expect(audit.code, audit.stdout + audit.stderr).toBe(0)
  const both = await product.command('mis', 'audit')
  expect(both.code, both.stdout + both.stderr).toBe(0)
})
