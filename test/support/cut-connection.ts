// An execute whose database connection can be ended by the server before any statement: a crash in the middle of a command.

import pg from 'pg'
import { createAuthorise } from '../../src/domain/permissions.ts'
import type { Services } from '../../src/domain/services.ts'
import { openDatabase } from '../../src/kernel/db.ts'
import { createExecute } from '../../src/kernel/execute.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createMetrics } from '../../src/kernel/metrics.ts'
import { operations } from '../../src/registry.ts'
import type { World } from './world.ts'

export function cutConnection(world: World) {
  const opened = openDatabase({ url: world.url, poolSize: 4, statementTimeoutMs: 60_000, onIdleError: () => {} })
  const admin = new pg.Pool({ connectionString: world.url, max: 1 })
  /** Statements still to come before the cut; null: none. */
  let left: number | null = null
  let cuts = 0
  opened.pool.on('connect', client => {
    const query = client.query.bind(client)
    const pid = query('select pg_backend_pid() as pid').then(({ rows }) => Number(rows[0]?.pid))
    client.on('error', () => {})
    const counted = async (...statement: Parameters<typeof query>) => {
      if (left !== null) {
        left -= 1
        if (left < 0) {
          left = null
          cuts += 1
          await admin.query('select pg_terminate_backend($1, 10000)', [await pid])
        }
      }
      return query(...statement)
    }
    Object.assign(client, { query: counted })
  })
  const execute = createExecute<Services>({
    operations,
    db: opened.db,
    services: world.services,
    authorise: createAuthorise(opened.db),
    log: silentLog,
    metrics: createMetrics(),
    now: world.now,
    digestKey: Buffer.alloc(32, 3),
    maxTries: 5,
    batchSize: 200,
  })
  return {
    execute,
    /** The connection ends before the statement after so many. */
    after(statements: number) {
      left = statements
    },
    never() {
      left = null
    },
    count: () => cuts,
    async close() {
      await opened.close()
      await admin.end()
    },
  }
}
