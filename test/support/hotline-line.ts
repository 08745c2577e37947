// A hotline over a county's operations and a billing system, on a line without sound, with whatever a test wants to go wrong.

import { Writable } from 'node:stream'
import type { Services } from '../../src/domain/services.ts'
import type { ScriptCall, ScriptCallSettings } from '../../src/hotline/engines/script/script-call.ts'
import { createScriptEngine } from '../../src/hotline/engines/script/script-engine.ts'
import { createHotline, type HotlineSettings } from '../../src/hotline/hotline.ts'
import { createClient } from '../../src/kernel/client.ts'
import { createLog, silentLog } from '../../src/kernel/log.ts'
import { partActor } from '../../src/kernel/session.ts'
import type { BillingConnector } from '../../src/mis/connector.ts'
import { createPoster, type Poster } from '../../src/mis/posting.ts'
import type { AppRegistry } from '../../src/registry.ts'
import { type CardWorld, countyId } from './cards.ts'

export const called = '95598'

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

const usualTimes: HotlineSettings['settings'] = {
  ...{ firstKeyMs: 10_000, nextKeyMs: 6_000, entryTries: 3, maxCallMs: 600_000 },
  ...{ callerWaitPromptMs: 4_000, callerReadBudgetMs: 10_000, callerPostBudgetMs: 15_000 },
}

export async function startTestHotline(
  world: CardWorld,
  name: string,
  connector: BillingConnector,
  changes: HotlineChanges,
): Promise<TestHotline> {
  const { around = (_operation, run) => run(), language = 'zh-CN' } = changes
  const node = nodeWithPoster(world, name, connector, changes)
  if (changes.sweeps) node.poster.start()
  const engine = createScriptEngine()
  const log = logInMemory()
  const hotline = createHotline({
    engines: [engine],
    countyOf: number => (number === called ? { countyId, language } : null),
    api: () =>
      createClient<AppRegistry>((operation, input, { key }) => {
        const actor = partActor('hotline', countyId)
        const request = { name: operation, input, actor, ...(key === undefined ? {} : { key }) }
        return around(operation, () => node.execute(request))
      }),
    settings: { ...usualTimes, ...changes.settings },
    now: () => new Date(),
    log: log.log,
  })
  await hotline.start()
  return {
    call: (call = {}) => engine.place({ caller: '13800001111', called, ...call }),
    activeCalls: () => hotline.activeCalls(),
    async stop(graceMs = 0) {
      await hotline.stop(graceMs)
      await node.poster.stop()
    },
    log: log.text,
  }
}

function nodeWithPoster(world: CardWorld, name: string, connector: BillingConnector, { times }: HotlineChanges) {
  const billing = () => connector
  const node = world.node(name, {
    times: { ...world.services.times, ...times },
    billing,
    postNow: posting => poster.postNow(posting),
  })
  const poster: Poster = createPoster({
    ...{ api: () => node.api('worker'), billing, times: node.services.times, log: silentLog },
    ...{ sweepMs: 50, sweepMost: 50, heartbeatMs: 60_000, counties: async () => [], shown: (ms: number) => ms },
  })
  return { ...node, poster }
}

function logInMemory() {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  return { log: createLog({ level: 'trace', node: 'test' }, stream), text: () => text }
}
