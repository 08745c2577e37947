// The built-in database server: a real PostgreSQL, made at the first start, kept running, shut down cleanly.

import { join } from 'node:path'
import pg from 'pg'
import { lockFolder } from './folder-lock.ts'
import { findPostgres } from './postgres-binaries.ts'
import { ensureCluster } from './postgres-cluster.ts'
import { endOrphans } from './postgres-orphans.ts'
import { PostgresServer } from './postgres-server.ts'
import { openSecrets, type Secrets } from './secrets.ts'
import { SetupError } from './setup-error.ts'

export interface PostgresOptions {
  /** The cluster is kept in its folder `postgres`. */
  dataDir: string
  secretsDir: string
  log: (sentence: string) => void
  /** Server settings beside or instead of ours. */
  settings?: Readonly<Record<string, string>>
  /** Faster, and a crash of the machine loses data. For test servers alone. */
  testOnlyMayLoseData?: boolean
}

export interface Postgres {
  /** The address of a database, password included. It stays the same until `stop`. */
  url(database: string): string
  /** Creates the database when it is not there. */
  ensureDatabase(name: string): Promise<void>
  /** Fast shutdown: open transactions are rolled back, everything committed is safe. */
  stop(): Promise<void>
}

/** The product is no superuser of its own database: it may create databases, read statistics and take backups. */
const owner = 'dianka'
const superuser = 'postgres'

const durable: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  // Two cores serve many short transactions better than one long query; small /dev/shm of containers is no matter then.
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  timezone: 'UTC',
  // A statement may hold what must not be written down: the server's log never shows one.
  log_min_error_statement: 'panic',
  log_parameter_max_length: '0',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
}
const careless = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', shared_buffers: '128MB' }

export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { dataDir, log, testOnlyMayLoseData = false } = options
  const home = findPostgres(dataDir, log)
  const lock = lockFolder(dataDir, 'postgres.lock')
  let server: PostgresServer | undefined
  const stop = async () => {
    await server?.stop()
    lock.release()
  }
  try {
    const secrets = openSecrets(options.secretsDir)
    const superPassword = secrets.text('database-superuser')
    await endOrphans(home.cluster, log)
    ensureCluster(home, { superuser, password: superPassword, testOnlyMayLoseData }, log)
    const settings = { ...durable, ...(testOnlyMayLoseData ? careless : {}), ...options.settings }
    server = await PostgresServer.start(home, { settings, log, logFile: join(dataDir, 'postgres.log') })
    const { port } = server
    const address = (user: string, password: string, database: string) =>
      `postgres://${user}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`
    const url = (database: string) => address(owner, secrets.text('database'), database)
    await ensureOwner(url('postgres'), address(superuser, superPassword, 'postgres'), secrets)
    return { url, stop, ensureDatabase: name => ensureDatabase(url('postgres'), name) }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Makes the product's own role at the first start, and sets its password again should its secret have been renewed. */
async function ensureOwner(ownUrl: string, superUrl: string, secrets: Secrets): Promise<void> {
  const refused = await withClient(ownUrl, async () => false).catch(error => {
    if (error instanceof pg.DatabaseError && error.code?.startsWith('28')) return true
    throw error
  })
  if (!refused) return
  try {
    await withClient(superUrl, async client => {
      const password = client.escapeLiteral(secrets.text('database'))
      const { rowCount } = await client.query('select from pg_roles where rolname = $1', [owner])
      if (rowCount === 0) await client.query(`create role ${owner}`)
      await client.query(`
        alter role ${owner} login createdb password ${password};
        grant pg_monitor, pg_checkpoint to ${owner};
        grant execute on function pg_backup_start(text, boolean), pg_backup_stop(boolean), pg_switch_wal() to ${owner};
      `)
    })
  } catch (error) {
    throw new SetupError(
      '密钥目录里的数据库口令与数据不符：请恢复与数据一同保存的密钥目录',
      'the database password in the secrets folder does not fit the data: restore the secrets kept with these data',
      { cause: error },
    )
  }
}

async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  await withClient(adminUrl, async client => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount !== 0) return
    await client.query(`create database ${client.escapeIdentifier(name)}`)
  })
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {}) // a connection that breaks shows at the query that was waiting
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end()
  }
}
