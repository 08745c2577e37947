// A county one can call: real operations over a database, the reference billing system over a socket, and a line without sound.

import { Writable } from 'node:stream'
import type { Services } from '../../src/domain/services.ts'
import type { ScriptCall, ScriptCallSettings } from '../../src/hotline/engines/script/script-call.ts'
import { createScriptEngine } from '../../src/hotline/engines/script/script-engine.ts'
import { createHotline, type HotlineSettings } from '../../src/hotline/hotline.ts'
import { createLog } from '../../src/kernel/log.ts'
import { connect, startHttpBench } from '../../src/mis/connectors/http-bench.ts'
import { createPoster } from '../../src/mis/posting.ts'
import type { MisAdmin } from '../../src/mis/simulator/admin-client.ts'
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
}

export interface HotlineChanges {
  settings?: Partial<HotlineSettings['settings']>
  times?: Partial<Services['times']>
  api?: (api: ReturnType<CardWorld['api']>) => ReturnType<CardWorld['api']>
  language?: 'zh-CN' | 'en-US'
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
  const connector = connect(mis.url)
  const world = await createCardWorld({ ...settings, faceValueFen: 20_000, services: { billing: () => connector } })
  const hotlines: TestHotline[] = []
  let nodes = 0

  async function hotline({ settings: changed, times, api: changeApi, language = 'zh-CN' }: HotlineChanges = {}) {
    nodes += 1
    let poster: ReturnType<typeof createPoster> | null = null
    const node = world.node(`hotline-${nodes}`, {
      times: { ...world.services.times, ...times },
      postNow: posting => (poster ? poster.postNow(posting) : Promise.reject(new Error('not yet'))),
    })
    poster = createPoster({
      ...{ api: () => node.api('worker'), billing: () => connector, times: node.services.times },
      ...{
        sweepMs: 50,
        sweepMost: 50,
        heartbeatMs: 60_000,
        counties: () => [],
        shown: ms => ms,
        log: createLog({ level: 'silent', node: '' }),
      },
    })
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
      api: () => (changeApi ?? (api => api))(node.api('hotline')),
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

  return {
    ...world,
    mis: mis.admin,
    hotline,
    steps: callId =>
      world.db.selectFrom('callStep').select(['kind', 'text']).where('callId', '=', callId).orderBy('stepNo').execute(),
    async ended(callId) {
      return until(async () => {
        const rows = world.db.selectFrom('call').select(['outcome', 'releaseCause', 'language', 'endedAt'])
        const call = await rows.where('callId', '=', callId).executeTakeFirst()
        return call?.endedAt ? call : null
      })
    },
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
    async close() {
      for (const running of hotlines) await running.stop()
      await connector.close()
      await mis.stop()
      await world.close()
    },
  }
}

const usualTimes: HotlineSettings['settings'] = {
  ...{ firstKeyMs: 10_000, nextKeyMs: 6_000, entryTries: 3, maxCallMs: 600_000 },
  ...{ callerWaitPromptMs: 4_000, callerReadBudgetMs: 10_000, callerPostBudgetMs: 15_000 },
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
