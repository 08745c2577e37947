// A county to test in: places, people of every business role, and the operations as each of them calls them.

import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { createCountyKeys } from '../../src/domain/card-file/county-keys.ts'
import { cardJobKinds } from '../../src/domain/card-file/job-kinds.ts'
import { createCounty, createOperator, createPlace, singleHolder } from '../../src/domain/county.ts'
import { exportJobKinds } from '../../src/domain/export/export-job.ts'
import { createFileStore } from '../../src/domain/file-store.ts'
import { createAuthorise } from '../../src/domain/permissions.ts'
import { createPinVault, type PinVault } from '../../src/domain/pin.ts'
import type { OperatorRole } from '../../src/domain/roles.ts'
import type { Services } from '../../src/domain/services.ts'
import { type Client, createClient } from '../../src/kernel/client.ts'
import { type Database, type OpenDatabase, openDatabase, type Tx } from '../../src/kernel/db.ts'
import { createExecute, type Execute } from '../../src/kernel/execute.ts'
import { type JobRunner, startJobRunner } from '../../src/kernel/jobs.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createMetrics } from '../../src/kernel/metrics.ts'
import type { Actor } from '../../src/kernel/operation.ts'
import { openSecrets, type Secrets } from '../../src/kernel/secrets.ts'
import { partActor } from '../../src/kernel/session.ts'
import { type AppRegistry, operations } from '../../src/registry.ts'
import { createTestDatabase } from './database.ts'
import { realTimeServices } from './services.ts'

export const countyId = 1

/** Sign-ins: two county card administrators, two of finance, one for each of three stations, two sellers of different stations, and the rest once. */
const people = {
  card: { role: 'countyCardAdmin' },
  card2: { role: 'countyCardAdmin' },
  finance: { role: 'countyFinance' },
  finance2: { role: 'countyFinance' },
  station1: { role: 'stationCardAdmin', station: 0 },
  station2: { role: 'stationCardAdmin', station: 1 },
  station3: { role: 'stationCardAdmin', station: 2 },
  system: { role: 'systemAdmin' },
  security: { role: 'securityAdmin' },
  audit: { role: 'auditAdmin' },
  attendant: { role: 'hotlineAttendant' },
  seller1: { role: 'sellerPortal', seller: 0 },
  seller3: { role: 'sellerPortal', seller: 2 },
} as const satisfies Record<string, { role: OperatorRole; station?: number; seller?: number }>

export type Person = keyof typeof people
type Part = 'hotline' | 'worker'

/** Two sellers at the first station, one at each other; the hall is of the first. */
const sellersOf = [0, 0, 1, 2]

export interface Places {
  county: number
  customer: number
  account: number
  custody: number
  stations: [number, number, number]
  sellers: [number, number, number, number]
  hall: number
}

export interface World {
  db: Database
  pool: OpenDatabase['pool']
  url: string
  /** The data folder, for nodes that run as a process of their own. */
  folder: string
  secrets: Secrets
  services: Services
  execute: Execute
  places: Places
  /** The operations as a person or a part of the product calls them. */
  as(who: Person | Part | Actor): Client<AppRegistry>
  actor(person: Person): Actor
  /** What the operations take for now; the real time until it is set. */
  setNow(now: Date | null): void
  now(): Date
  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Waits for a job's end; throws its code when it did not succeed. */
  jobDone(jobId: number): Promise<void>
  /** Begins to run jobs in a world that was made without. */
  startJobs(): void
  /** Keeps bytes as an upload does, and says under which file id. */
  upload(bytes: AsyncIterable<Uint8Array>, name?: string, by?: Person): Promise<number>
  close(): Promise<void>
}

export interface WorldSettings {
  services?: Partial<Services>
  /** False: jobs wait, for tests that run them by hand. */
  runJobs?: boolean
  /** The password digest of everyone; by default nothing that a password fits. */
  passwordHash?: string
  /** 1: a lost race in the database is a failure, for tests that prove there is none. */
  maxTries?: number
}

export async function createWorld(settings: WorldSettings = {}): Promise<World> {
  const database = await createTestDatabase()
  const opened = openDatabase({ url: database.url, poolSize: 20, statementTimeoutMs: 60_000, onIdleError: () => {} })
  const { db, pool } = opened
  const folder = mkdtempSync(join(tmpdir(), 'dianka-world-'))
  const secrets = openSecrets(join(folder, 'secrets'))
  const services = { ...servicesIn(folder, secrets), ...settings.services }
  const { places, actors } = await db.transaction().execute(tx => fill(tx, settings.passwordHash ?? '-'))
  let fixed: Date | null = null
  const now = () => fixed ?? new Date()
  const kernel = {
    operations,
    db,
    services,
    authorise: createAuthorise(db),
    digestKey: Buffer.alloc(32, 3),
    log: silentLog,
    metrics: createMetrics(),
    now,
    maxTries: settings.maxTries ?? 5,
    batchSize: 200,
  }
  const execute = createExecute<Services>(kernel)
  const kinds = { ...cardJobKinds({ db, pool, services, now }), ...exportJobKinds({ db, services, now }) }
  let runner: JobRunner | null = null
  const startJobs = () => {
    runner ??= startJobRunner({ db, pool, kinds, log: silentLog, pollMs: 20 })
  }
  if (settings.runJobs !== false) startJobs()
  const actor = (person: Person) => {
    const found = actors.get(person)
    if (!found) throw new Error(`nobody is called ${person}`)
    return found
  }
  return {
    db,
    pool,
    url: database.url,
    folder,
    secrets,
    services,
    execute,
    places,
    actor,
    now,
    setNow: at => {
      fixed = at
    },
    as(who) {
      const is = typeof who === 'object' ? who : who in people ? actor(who as Person) : partActor(who as Part, countyId)
      return createClient<AppRegistry>((name, input, { key }) =>
        execute({ name, input, actor: is, ...(key === undefined ? {} : { key }) }),
      )
    },
    inTransaction: work => db.transaction().execute(work),
    jobDone: jobId => jobDone(db, jobId),
    startJobs,
    upload: (bytes, name = 'file', by) => upload(db, services, bytes, name, by ? (actor(by).operatorId ?? 0) : 0),
    async close() {
      await runner?.stop()
      await opened.close()
      await database.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** PINs follow from the serial, so that tests know them; the key of their digests is the world's own. */
export function testPins(secrets: Secrets): PinVault {
  const key = 'pin-test'
  return createPinVault(new Map([[key, secrets.secret(key)]]), key, createHmac('sha256', 'test').digest())
}

export function servicesIn(folder: string, secrets: Secrets): Services {
  const noBilling = () => {
    throw new Error('this test has no billing system')
  }
  return {
    node: 'node-a',
    pins: testPins(secrets),
    countyKeys: createCountyKeys(secrets),
    files: createFileStore(join(folder, 'files')),
    billing: noBilling,
    postNow: async () => noBilling(),
    ...realTimeServices,
  }
}

async function fill(tx: Tx, passwordHash: string): Promise<{ places: Places; actors: Map<Person, Actor> }> {
  await createCounty(tx, { countyId, code: '410123', name: '青河县', nameEn: 'Qinghe', hotlineNumber: '95598' })
  const station = (code: string, name: string) =>
    createPlace(tx, { countyId, kind: 'station', code, name, parentId: null })
  const stations: Places['stations'] = [
    await station('S1', '城关供电所'),
    await station('S2', '柳河供电所'),
    await station('S3', '北山供电所'),
  ]
  const seller = (n: number) => {
    const parentId = stations[sellersOf[n] ?? 0] ?? stations[0]
    return createPlace(tx, { countyId, kind: 'seller', code: `M${n + 1}`, name: `售卡员${n + 1}`, parentId })
  }
  const sellers: Places['sellers'] = [await seller(0), await seller(1), await seller(2), await seller(3)]
  const [parentId] = stations
  const hall = await createPlace(tx, { countyId, kind: 'hall', code: 'H1', name: '城关营业厅', parentId })
  const actors = new Map<Person, Actor>()
  for (const [person, { role, ...at }] of Object.entries(people)) {
    const holderId = 'station' in at ? stations[at.station] : 'seller' in at ? sellers[at.seller] : null
    const name = `人员 ${person}`
    const staffNo = `N-${person}`
    const operatorId = await createOperator(tx, {
      countyId,
      signInName: person,
      staffNo,
      name,
      role,
      holderId,
      passwordHash,
    })
    actors.set(person as Person, { role, countyId, operatorId, holderId, staffNo, name, sessionHash: null })
  }
  return {
    places: {
      county: await singleHolder(tx, countyId, 'county'),
      customer: await singleHolder(tx, countyId, 'customer'),
      account: await singleHolder(tx, countyId, 'account'),
      custody: await singleHolder(tx, countyId, 'custody'),
      stations,
      sellers,
      hall,
    },
    actors,
  }
}

async function jobDone(db: Database, jobId: number): Promise<void> {
  for (;;) {
    const job = await db
      .selectFrom('job')
      .select(['state', 'error'])
      .where('jobId', '=', jobId)
      .executeTakeFirstOrThrow()
    if (job.state === 'succeeded') return
    if (job.state === 'failed' || job.state === 'cancelled') throw new Error(job.error ?? job.state)
    await sleep(10)
  }
}

async function upload(
  db: Database,
  services: Services,
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  storedBy: number,
): Promise<number> {
  const { path, sizeBytes, sha256, mediaType } = await services.files.save(Readable.from(bytes), 1e9)
  const { fileId } = await db
    .insertInto('storedFile')
    .values({ countyId, name, mediaType, sizeBytes, sha256, path, storedBy })
    .returning('fileId')
    .executeTakeFirstOrThrow()
  return fileId
}
