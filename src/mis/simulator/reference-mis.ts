// 参考营销系统: the billing system for trial, training and tests, put together and started.

import { setMaxListeners } from 'node:events'
import Fastify from 'fastify'
import { z } from 'zod'
import { openAdminDoor } from './admin-door.ts'
import { type Behaviours, behavioursSchema, bestBehaviours } from './behaviours.ts'
import { createMisClock, type MisClock } from './clock.ts'
import { loadDays } from './days.ts'
import { createEngine } from './engine.ts'
import { createFaults } from './faults.ts'
import { openHttpDoor } from './http-door.ts'
import type { Channel } from './http-verify.ts'
import { type Listener, openListener } from './listener.ts'
import { isEmpty, seedStore } from './seed.ts'
import { openStore, type Store } from './store.ts'
import { createWireLog } from './wire-log.ts'

export const banner = '参考营销系统'

export interface ReferenceMisSettings {
  /** Its own database; made when it is not there. */
  databaseUrl: string
  bind: string
  /** 0 takes any free port. */
  port: number
  adminToken: string
  /** Lets the admin interface be used from other machines. */
  adminRemote?: boolean
  channels: readonly Channel[]
  /** Of the data and of faults by chance. */
  seed: number
  /** 1 is real time. */
  clockSpeed: number
  /** The instant (real milliseconds since the epoch) from which the faster clock runs; by default the start. */
  clockSince?: number
  /** It holds no customer's money: where `production` is true it starts only when `allowReference` is. */
  production?: boolean
  allowReference?: boolean
  log: (sentence: string) => void
  /** Ends this process and has it started again. Without it the fault `restart` is refused. */
  killAndRestart?: (how: { graceful: boolean; downMs: number }) => void
  /** After such a restart: clock and faults go on where they were. */
  resume?: boolean
}

export interface ReferenceMis {
  port: number
  stop(): Promise<void>
}

export async function startReferenceMis(settings: ReferenceMisSettings): Promise<ReferenceMis> {
  if (settings.production && !settings.allowReference) {
    throw new Error('the reference billing system does not start in production unless it is allowed to')
  }
  const store = await openStore(settings.databaseUrl)
  const ending = new AbortController()
  setMaxListeners(mostWaiting, ending.signal)
  try {
    return await assemble(settings, store, ending)
  } catch (error) {
    ending.abort()
    await store.close()
    throw error
  }
}

/** Every message that is made to wait listens for the end. */
const mostWaiting = 10_000
const clockState = z.object({ realMs: z.number(), shownMs: z.number(), speed: z.number().positive() })

async function assemble(settings: ReferenceMisSettings, store: Store, ending: AbortController): Promise<ReferenceMis> {
  const since = settings.clockSince ?? Date.now()
  const started = { realMs: since, shownMs: since, speed: settings.clockSpeed }
  const restarted = settings.resume ? clockState.safeParse(await store.setting('clock')).data : undefined
  const clock = createMisClock(restarted ?? started)
  if (await isEmpty(store)) await seedStore(store, settings.seed, clock.now())
  let behaviours = await readBehaviours(store)
  const days = await loadDays(store, clock, () => behaviours)
  const faults = createFaults(clock, settings.seed)
  if (settings.resume) faults.load(await store.setting('faults'))
  const wireLog = createWireLog(store, clock)
  const engine = createEngine({ store, clock, days, behaviours: () => behaviours })
  let listener: Listener | undefined
  const problem = (error: unknown) => settings.log(`${banner}: ${error instanceof Error ? error.stack : error}`)
  const app = Fastify({ forceCloseConnections: true, keepAliveTimeout: 60_000 })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  const restart = settings.killAndRestart
  const kill = restart
    ? async (downMs: number): Promise<never> => {
        await store.keep('faults', faults.save())
        restart({ graceful: false, downMs: downMs / clock.state().speed })
        return new Promise(() => {})
      }
    : undefined
  const shared = { store, clock, days, engine, faults, wireLog, problem, listener: () => listener }
  openHttpDoor(app, { ...shared, channels: settings.channels, signal: ending.signal, kill })
  openAdminDoor(app, {
    ...shared,
    token: settings.adminToken,
    remote: settings.adminRemote ?? false,
    banner,
    behaviours: () => behaviours,
    async setBehaviours(next) {
      behaviours = next
      await store.keep('behaviours', next)
    },
    async reset(seed) {
      await seedStore(store, seed ?? settings.seed, clock.now())
      faults.clear()
      behaviours = bestBehaviours
      await days.reload()
    },
    restart: restart && (({ graceful, downMs }) => restart({ graceful, downMs: downMs / clock.state().speed })),
    keepClock: () => keepClock(store, clock),
  })
  app.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(`<h1>${banner}</h1>`))
  await app.ready()
  await keepClock(store, clock)
  listener = await openListener(app.server, settings, clock, ending.signal)
  settings.log(`${banner} ${settings.bind}:${listener.port}`)
  const opened = listener

  return {
    port: opened.port,
    async stop() {
      ending.abort()
      await opened.close()
      await app.close()
      await wireLog.settled()
      await store.close()
    },
  }
}

async function readBehaviours(store: Store): Promise<Behaviours> {
  const kept = behavioursSchema.safeParse(await store.setting('behaviours'))
  return kept.success ? kept.data : bestBehaviours
}

function keepClock(store: Store, clock: MisClock): Promise<void> {
  return store.keep('clock', clock.state())
}
