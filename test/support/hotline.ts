// A county one can call: real operations over a database, the reference billing system over a socket, and a line without sound.

import { Writable } from 'node:stream'
import { singleHolder } from '../../src/domain/county.ts'
import type { Services } from '../../src/domain/services.ts'
import { moveCards } from '../../src/domain/stock.ts'
import type { ScriptCall, ScriptCallSettings } from '../../src/hotline/engines/script/script-call.ts'
import { createScriptEngine } from '../../src/hotline/engines/script/script-engine.ts'
import { createHotline, type HotlineSettings } from '../../src/hotline/hotline.ts'
import { createClient } from '../../src/kernel/client.ts'
import type { Tx } from '../../src/kernel/db.ts'
import { createLog } from '../../src/kernel/log.ts'
import { partActor } from '../../src/kernel/session.ts'
import { connect, startHttpBench } from '../../src/mis/connectors/http-bench.ts'
import { createPoster } from '../../src/mis/posting.ts'
import type { MisAdmin } from '../../src/mis/simulator/admin-client.ts'
import type { AppRegistry } from '../../src/registry.ts'
import { type CardWorld, countyId, createCardWorld } from './cards.ts'
import { createTestDatabase } from './database.ts'

export const called = '95598'

export interface HotlineWorld extends CardWorld {
  mis: MisAdmin
  /** A hotline of its own over this county, with times or operations of its own. */
  hotline(changes?: HotlineChanges): Promise<TestHotline>
  steps(callId: string): Promise<{ kind: string; text: string }[]>
  /** The call's row once its end is written. */
  ended(callId: string): Promise<{ outcome: string | null; releaseCause: string | null; language: string }>
  /** State of the recharges of a card, oldest first. */
  recharges(n: number): Promise<{ state: string; owed: boolean; accountNo: string }[]>
  /** Waits until all postings are settled. */
  settled(): Promise<void>
  /** The number of a card that no test has used. */
  fresh(): number
  /** Chooses a recharge and enters a card. */
  enterCard(phone: ScriptCall, n: number): Promise<void>
  /** Up to the read-back, whose words it resolves to. */
  untilReadBack(phone: ScriptCall, n: number, accountNo: string): Promise<string>
  /** Hangs up; resolves when the record of the call is closed. */
  afterHangUp(phone: ScriptCall): Promise<{ outcome: string | null; releaseCause: string | null }>
  /** Sells this card to a customer, so that it is a range of its own. */
  sell(n: number): Promise<void>
  freeze(n: number): Promise<void>
  expire(n: number): Promise<void>
  voidCard(n: number): Promise<void>
  /** What the county does while the billing system cannot be reached. */
  whenMisDown(does: 'refuse' | 'accept'): Promise<void>
}

export interface HotlineChanges {
  settings?: Partial<HotlineSettings['settings']>
  times?: Partial<Services['times']>
  /** Stands before every operation the hotline calls. */
  around?: (operation: string, run: () => Promise<unknown>) => Promise<unknown>
  language?: 'zh-CN' | 'en-US'
  /** A billing system nobody listens at. */
  misAway?: boolean
  /** Looks after postings that are not settled at once. */
  sweeps?: boolean
}

export interface TestHotline {
  call(settings?: Partial<ScriptCallSettings>): ScriptCall
  activeCalls(): number
  stop(graceMs?: number): Promise<void>
  /** Everything logged so far. */
  log(): string
}

export async function createHotlineWorld(settings: { quantity: number; active: number }): Promise<HotlineWorld> {
  const mis = await startHttpBench(createTestDatabase)
  const connector = connect(mis.url, [], { poolSize: 100 })
  const nobody = connect('http://127.0.0.1:1')
  const world = await createCardWorld({ ...settings, faceValueFen: 20_000, services: { billing: () => connector } })
  const hotlines: TestHotline[] = []
  let nodes = 0
  let taken = 0

  async function hotline(changes: HotlineChanges = {}): Promise<TestHotline> {
    const { settings: changed, times, around = (_operation, run) => run(), language = 'zh-CN' } = changes
    const billing = () => (changes.misAway ? nobody : connector)
    nodes += 1
    let poster: ReturnType<typeof createPoster> | null = null
    const node = world.node(`hotline-${nodes}`, {
      times: { ...world.services.times, ...times },
      billing,
      postNow: posting => (poster ? poster.postNow(posting) : Promise.reject(new Error('not yet'))),
    })
    poster = createPoster({
      ...{ api: () => node.api('worker'), billing, times: node.services.times },
      ...{
        sweepMs: 50,
        sweepMost: 50,
        heartbeatMs: 60_000,
        counties: () => [],
        shown: ms => ms,
        log: createLog({ level: 'silent', node: '' }),
      },
    })
    if (changes.sweeps) poster.start()
    const engine = createScriptEngine()
    let logged = ''
    const stream = new Writable({
      write(chunk, _encoding, done) {
        logged += String(chunk)
        done()
      },
    })
    const made = createHotline({
      engines: [engine],
      countyOf: number => (number === called ? { countyId, language } : null),
      api: () =>
        createClient<AppRegistry>((name, input, { key }) => {
          const request = { name, input, actor: partActor('hotline', countyId), ...(key === undefined ? {} : { key }) }
          return around(name, () => node.execute(request))
        }),
      settings: { ...usualTimes, ...changed },
      now: () => new Date(),
      log: createLog({ level: 'trace', node: 'test' }, stream),
    })
    await made.start()
    const running: TestHotline = {
      call: (call = {}) => engine.place({ caller: '13800001111', called, ...call }),
      activeCalls: () => made.activeCalls(),
      async stop(graceMs = 0) {
        await made.stop(graceMs)
        await poster?.stop()
      },
      log: () => logged,
    }
    hotlines.push(running)
    return running
  }

  async function enterCard(phone: ScriptCall, n: number): Promise<void> {
    const { serial, pin } = world.card(n)
    await phone.answers('1')
    await phone.answers(`${serial}#`)
    await phone.answers(`${pin}#`)
  }

  async function ended(callId: string) {
    return until(async () => {
      const rows = world.db.selectFrom('call').select(['outcome', 'releaseCause', 'language', 'endedAt'])
      const call = await rows.where('callId', '=', callId).executeTakeFirst()
      return call?.endedAt ? call : null
    })
  }

  return {
    ...world,
    fresh() {
      taken += 1
      return taken
    },
    enterCard,
    async untilReadBack(phone, n, accountNo) {
      await enterCard(phone, n)
      await phone.answers(`${accountNo}#`)
      return phone.listens()
    },
    afterHangUp(phone) {
      phone.callerHangsUp()
      return ended(phone.facts.callId)
    },
    mis: mis.admin,
    hotline,
    steps: callId =>
      world.db.selectFrom('callStep').select(['kind', 'text']).where('callId', '=', callId).orderBy('stepNo').execute(),
    ended,
    recharges: n =>
      world.db
        .selectFrom('rechargeNow')
        .select(['state', 'owed', 'accountNo'])
        .where('serial', '=', world.card(n).stored)
        .orderBy('rechargeId')
        .$castTo<{ state: string; owed: boolean; accountNo: string }>()
        .execute(),
    async settled() {
      await until(async () =>
        (await world.db.selectFrom('postingTask').selectAll().execute()).length === 0 ? true : null,
      )
    },
    sell: n => move(world, n, 'sale'),
    freeze: n =>
      world.inTransaction(async tx => {
        const { stored } = world.card(n)
        const { documentId } = await aDocument(tx)
        const range = { firstSerial: stored, lastSerial: stored }
        await tx
          .insertInto('cardFreeze')
          .values({ countyId, documentId, ...range, reason: 'stolen' })
          .execute()
      }),
    async expire(n) {
      await move(world, n, 'sale')
      const { stored } = world.card(n)
      await world.db
        .updateTable('cardRange')
        .set({ expiresOn: '2020-01-31' })
        .where('firstSerial', '=', stored)
        .execute()
    },
    voidCard: n => move(world, n, 'void'),
    async whenMisDown(does) {
      const settings = JSON.stringify({ whenMisDown: does })
      await world.db.updateTable('county').set({ settings }).where('countyId', '=', countyId).execute()
    },
    async close() {
      for (const running of hotlines) await running.stop()
      await connector.close()
      await nobody.close()
      await mis.stop()
      await world.close()
    },
  }
}

const usualTimes: HotlineSettings['settings'] = {
  ...{ firstKeyMs: 10_000, nextKeyMs: 6_000, entryTries: 3, maxCallMs: 600_000 },
  ...{ callerWaitPromptMs: 4_000, callerReadBudgetMs: 10_000, callerPostBudgetMs: 15_000 },
}

const aDocument = (tx: Tx) => tx.selectFrom('document').select('documentId').executeTakeFirstOrThrow()

async function move(world: CardWorld, n: number, kind: 'sale' | 'void'): Promise<void> {
  const { stored } = world.card(n)
  await world.inTransaction(async tx => {
    const { documentId } = await aDocument(tx)
    await moveCards(tx, {
      ...{ countyId, kind, documentId, operatorId: world.admin.operatorId ?? 0, at: new Date() },
      ranges: [{ firstSerial: stored, lastSerial: stored }],
      fromHolderId: world.seller,
      toHolderId: await singleHolder(tx, countyId, kind === 'sale' ? 'customer' : 'custody'),
    })
  })
}

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  const deadlineMs = performance.now() + 20_000
  for (;;) {
    const found = await look()
    if (found !== null) return found
    if (performance.now() > deadlineMs) throw new Error('it did not come about')
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
