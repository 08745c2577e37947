// One node of the product without its doors: operations, postings, jobs, and the small works that run by the clock.

import { join } from 'node:path'
import type { Config } from '../config.ts'
import { createCountyKeys } from '../domain/card-file/county-keys.ts'
import { createFileStore } from '../domain/file-store.ts'
import { createAuthorise } from '../domain/permissions.ts'
import { carryUses } from '../domain/recharge.ts'
import type { PostedNow, Services } from '../domain/services.ts'
import { type Client, createClient } from '../kernel/client.ts'
import { createExecute, type Execute } from '../kernel/execute.ts'
import { startJobRunner } from '../kernel/jobs.ts'
import { createMetrics, type Metrics } from '../kernel/metrics.ts'
import { sealAudit } from '../kernel/seal.ts'
import { partActor } from '../kernel/session.ts'
import type { BillingConnector } from '../mis/connector.ts'
import { createHttpConnector } from '../mis/connectors/http.ts'
import { createPoster, type Poster } from '../mis/posting.ts'
import { type AppRegistry, operations } from '../registry.ts'
import { finishFiles, jobKinds } from './job-kinds.ts'
import { misChannelId } from './mis-channel.ts'
import { phoneOf } from './phone.ts'
import { openPins } from './pins.ts'
import type { Platform } from './platform.ts'
import { every } from './timer.ts'

export interface Node {
  execute: Execute
  /** The operations as the hotline or a worker of a county calls them. */
  api(role: 'hotline' | 'worker', countyId: number): Client<AppRegistry>
  services: Services
  metrics: Metrics
  /** Ends postings under way, jobs and clocks; the platform stays open. */
  stop(): Promise<void>
}

const mostCarried = 500
/** Approvals expire at the end of a day; a minute late is early enough. */
const expireEveryMs = 60_000

export function startNode(platform: Platform): Node {
  const { config, db, pool, log, secrets } = platform
  const metrics = createMetrics()
  const connectors = new Map<number, BillingConnector>()
  const billing = (countyId: number) => {
    const known = connectors.get(countyId) ?? connect(platform, countyId)
    connectors.set(countyId, known)
    return known
  }
  let poster: Poster | null = null
  const services: Services = {
    node: config.nodeName,
    pins: openPins(secrets, platform.demonstration, config.pinDigest),
    countyKeys: createCountyKeys(secrets),
    files: createFileStore(join(config.dataDir, 'files')),
    billing,
    postNow: (posting): Promise<PostedNow> => {
      if (!poster) throw new Error('the node is starting')
      return poster.postNow(posting)
    },
    times: postingTimes(config),
    limits: {
      wrongPinsPerCaller: 10,
      callerLockMs: 86_400_000,
      wrongPinsWithheld: 10,
      withheldWindowMs: 3_600_000,
      wrongPinsPerCard: 5,
      rechargesPerAccountDay: 20,
    },
    sessionHours: config.sessionMs / 3_600_000,
    auditKey: secrets.secret('audit'),
    slipKey: secrets.secret('slip'),
    signInKey: secrets.secret('sign-in'),
    demonstration: platform.demonstration,
    phone: phoneOf(config, platform),
  }
  const execute = createExecute<Services>({
    operations,
    db,
    services,
    authorise: createAuthorise(db),
    digestKey: secrets.secret('idempotency'),
    log,
    metrics,
    now: () => new Date(),
    maxTries: 3,
    batchSize: config.batchSize,
  })
  const api = (role: 'hotline' | 'worker', countyId: number) =>
    createClient<AppRegistry>((name, input, { key }) =>
      execute({ name, input, actor: partActor(role, countyId), ...(key === undefined ? {} : { key }) }),
    )
  const counties = async () => {
    const rows = await db.selectFrom('county').select('countyId').where('countyId', '>', 0).execute()
    return rows.map(({ countyId }) => countyId)
  }
  poster = createPoster({
    api: countyId => api('worker', countyId),
    billing,
    times: services.times,
    sweepMs: scaled(config, config.sweepIntervalMs),
    sweepMost: 50,
    heartbeatMs: scaled(config, config.misHeartbeatMs),
    counties,
    shown: realMs => shownTime(config, realMs),
    log,
  })
  poster.start()
  const runner = startJobRunner({ db, pool, kinds: jobKinds(platform, services), log, pollMs: config.jobPollMs })
  const everyCounty = async (work: (worker: Client<AppRegistry>) => Promise<unknown>) => {
    for (const countyId of await counties()) await work(api('worker', countyId))
  }
  const expire = () => everyCounty(worker => worker.stationDraw.expireDue({}))
  const atStart = async () => {
    await everyCounty(worker => worker.call.endLeft({}))
    await finishFiles(platform, services)
  }
  atStart().catch(error => log.error({ err: error }, 'what a crash left could not be looked after'))
  const clocks = [
    every(expireEveryMs, expire, log),
    every(config.sealIntervalMs, () => sealAudit(db, services.auditKey), log),
    every(config.carryIntervalMs, () => db.transaction().execute(tx => carryUses(tx, mostCarried)), log),
  ]
  return {
    execute,
    api,
    services,
    metrics,
    async stop() {
      await poster?.stop()
      await runner.stop()
      await Promise.all(clocks.map(clock => clock.stop()))
      await Promise.all([...connectors.values()].map(connector => connector.close()))
    },
  }
}

/** The clock of tests runs faster: every wait of the billing side is divided by its speed. */
const scaled = (config: Config, ms: number) => Math.max(1, Math.round(ms / config.clockSpeed))

/** What the faster clock shows at an instant; at speed 1 the instant itself. */
const shownTime = (config: Config, realMs: number) =>
  config.clockSinceMs === 0 ? realMs : config.clockSinceMs + (realMs - config.clockSinceMs) * config.clockSpeed

function postingTimes(config: Config): Services['times'] {
  const ms = (value: number) => scaled(config, value)
  const schedule = [...config.postingQueriesMs, config.postingQueryEveryMs].map(ms)
  return {
    leaseMs: ms(config.postingLeaseMs),
    expiresAfterMs: ms(config.postingExpiresMs),
    inflightMaxMs: ms(config.inflightMaxMs),
    sendWithinMs: ms(config.postingLateMs),
    schedule,
    readTimeoutMs: ms(config.misReadMs),
    readPatience: { totalMs: ms(config.callerReadBudgetMs), retryFloorMs: ms(3_000) },
    postTimeoutMs: ms(config.misPostMs),
    queryTimeoutMs: ms(config.misQueryMs),
    heartbeatTimeoutMs: ms(config.misHeartbeatAnswerMs),
    askAgainMs: config.callerQueriesMs.map((at, place, all) => ms(at - (all[place - 1] ?? 0))),
  }
}

/** The billing system of a county: its own, or the installation's, with the channel's key from the secrets. */
function connect(platform: Platform, countyId: number): BillingConnector {
  const { config, secrets, log, misUrls } = platform
  const own = misUrls.get(countyId)
  return createHttpConnector({
    endpoint: own ?? config.misUrl ?? `http://127.0.0.1:${config.misPort}`,
    channelId: misChannelId,
    operator: 'dianka',
    keyId: 'k1',
    key: secrets.secret(own === undefined ? 'mis-channel' : `mis-channel-${countyId}`),
    signature: 'hmac-sha256',
    poolSize: config.misPoolSize,
    connectTimeoutMs: scaled(config, config.misConnectMs),
    breaker: {
      failures: config.misBreakerFailures,
      windowMs: config.misBreakerWindowMs,
      probeAfterMs: config.misBreakerProbeMs,
    },
    now: () => shownTime(config, Date.now()),
    alarm: (kind, text) => log.error({ countyId, kind, text }, 'billing alarm'),
  })
}
