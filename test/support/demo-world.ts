// The demonstration filled into databases of its own, the product's and the reference billing system's.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cardJobKinds } from '../../src/domain/card-file/job-kinds.ts'
import { createAuthorise } from '../../src/domain/permissions.ts'
import type { Services } from '../../src/domain/services.ts'
import { type Database, openDatabase } from '../../src/kernel/db.ts'
import { createExecute, type Execute } from '../../src/kernel/execute.ts'
import { startJobRunner } from '../../src/kernel/jobs.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createMetrics } from '../../src/kernel/metrics.ts'
import { openSecrets } from '../../src/kernel/secrets.ts'
import { type FillSettings, fillDemonstration } from '../../src/main/demo/fill.ts'
import { createMisAdmin, type MisAdmin } from '../../src/mis/simulator/admin-client.ts'
import { startReferenceMis } from '../../src/mis/simulator/reference-mis.ts'
import { operations } from '../../src/registry.ts'
import { createTestDatabase } from './database.ts'
import { servicesIn } from './world.ts'

export interface DemoWorld {
  db: Database
  services: Services
  execute: Execute
  billing: MisAdmin
  fillMs: number
  fill(): Promise<void>
  close(): Promise<void>
}

const adminToken = 'admin of a demonstration'

export async function createDemoWorld(): Promise<DemoWorld> {
  const [database, misDatabase] = await Promise.all([createTestDatabase(), createTestDatabase({ migrated: false })])
  const opened = openDatabase({ url: database.url, poolSize: 20, statementTimeoutMs: 60_000, onIdleError: () => {} })
  const { db, pool } = opened
  const folder = mkdtempSync(join(tmpdir(), 'dianka-demo-'))
  const secrets = openSecrets(join(folder, 'secrets'))
  const services = servicesIn(folder, secrets)
  const now = () => new Date()
  const kernel = {
    operations,
    db,
    services,
    log: silentLog,
    metrics: createMetrics(),
    now,
    maxTries: 5,
    batchSize: 200,
  }
  const execute = createExecute<Services>({
    ...kernel,
    authorise: createAuthorise(db),
    digestKey: Buffer.alloc(32, 3),
  })
  const runner = startJobRunner({
    db,
    pool,
    kinds: cardJobKinds({ db, pool, services, now }),
    log: silentLog,
    pollMs: 20,
  })
  const mis = await startReferenceMis({
    ...{ databaseUrl: misDatabase.url, bind: '127.0.0.1', port: 0, adminToken, channels: [], seed: 1, clockSpeed: 1 },
    log: () => {},
  })
  const billing = createMisAdmin({ url: `http://127.0.0.1:${mis.port}`, token: adminToken })
  const settings: FillSettings = { db, pool, secrets, execute, services, billing, nowMs: Date.now() }
  const begunMs = performance.now()
  await fillDemonstration(settings)
  return {
    ...{ db, services, execute, billing, fillMs: performance.now() - begunMs },
    fill: () => fillDemonstration(settings),
    async close() {
      await runner.stop()
      await mis.stop()
      await opened.close()
      await Promise.all([database.drop(), misDatabase.drop()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
