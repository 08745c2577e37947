// The built-in database server: a real PostgreSQL, made at the first start, kept running, shut down cleanly.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import * as fs from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { lockFolder } from './folder-lock.ts'
import { findPostgres, type PostgresHome, programPath } from './postgres-binaries.ts'
import { endOrphans, readPidFile } from './postgres-orphans.ts'
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
const version = '18'

const limits = {
  /** Below the range from which outgoing connections get their ports. */
  firstPort: 20_000,
  lastPort: 29_999,
  startTries: 30,
  retryFirstMs: 20,
  retryMostMs: 1_000,
  /** Recovery after a crash may have much to read. */
  readyMs: 600_000,
  lookAgainMs: 10,
  stopMs: 60_000,
  restarts: 10,
  /** A server that ran this long had started well. */
  steadyMs: 60_000,
  logBytes: 20_000_000,
  logCheckMs: 60_000,
}

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
  const home = findPostgres(options.dataDir, options.log)
  const lock = lockFolder(options.dataDir, 'postgres.lock')
  try {
    const secrets = openSecrets(options.secretsDir)
    await endOrphans(home.cluster, options.log)
    if (!fs.existsSync(join(home.cluster, 'PG_VERSION'))) createCluster(home, secrets, options)
    requireVersion(home.cluster)
    const server = await runServer(home, options)
    const address = (user: string, password: string) => (database: string) =>
      `postgres://${user}:${password}@127.0.0.1:${server.port}/${encodeURIComponent(database)}`
    const url = address(owner, secrets.text('database'))
    const stop = () => server.stop().finally(() => lock.release())
    await ensureOwner(
      url('postgres'),
      address(superuser, secrets.text('database-superuser'))('postgres'),
      secrets,
    ).catch(async error => {
      await stop()
      throw error
    })
    return { url, stop, ensureDatabase: name => ensureDatabase(url('postgres'), name) }
  } catch (error) {
    lock.release()
    throw error
  }
}

/** Made beside and renamed, so that a start that was cut short leaves no half cluster. */
function createCluster(home: PostgresHome, secrets: Secrets, options: PostgresOptions): void {
  options.log('正在创建数据库 / creating the database')
  const draft = `${home.cluster}.new`
  fs.rmSync(draft, { recursive: true, force: true })
  fs.mkdirSync(draft, { mode: 0o700 })
  fs.chownSync(draft, home.uid, home.gid)
  const passwordFile = join(dirname(home.cluster), 'postgres.initial-password')
  fs.rmSync(passwordFile, { force: true })
  fs.writeFileSync(passwordFile, secrets.text('database-superuser'), { mode: 0o600, flag: 'wx' })
  fs.chownSync(passwordFile, home.uid, home.gid)
  try {
    const [command, ...args] = commandOf(home, 'initdb', [
      ...['--pgdata', draft, '--username', superuser, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
      // Text compares by code point, by PostgreSQL's own rules and not by those of this machine's C library.
      ...['--encoding', 'UTF8', '--locale', 'C.UTF-8', '--locale-provider', 'builtin'],
      ...['--data-checksums', '--no-instructions', ...(options.testOnlyMayLoseData ? ['--no-sync'] : [])],
    ])
    const made = spawnSync(command, args, { cwd: '/', env: programPath, encoding: 'utf8' })
    if (made.status !== 0) throw cannotStart(made.stderr || made.stdout || `${made.error}`)
  } finally {
    fs.rmSync(passwordFile)
  }
  fs.renameSync(draft, home.cluster)
}

function requireVersion(cluster: string): void {
  const found = fs.readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim()
  if (found === version) return
  throw new SetupError(
    `${cluster} 属于 PostgreSQL ${found}，本程序自带 ${version}`,
    `${cluster} belongs to PostgreSQL ${found}, and this program brings ${version}`,
  )
}

/** Keeps the server running: a server that dies under us is started again at the same port. */
async function runServer(home: PostgresHome, options: PostgresOptions) {
  const logFile = join(options.dataDir, 'postgres.log')
  const logFd = fs.openSync(logFile, 'a', 0o600)
  const boundLog = () => {
    if (fs.fstatSync(logFd).size > limits.logBytes) fs.ftruncateSync(logFd)
  }
  boundLog()
  const logTimer = setInterval(boundLog, limits.logCheckMs).unref()
  const settings = { ...durable, ...(options.testOnlyMayLoseData ? careless : {}), ...options.settings }
  let port = await freePort()
  let stopping = false
  let restarts = 0
  const start = async (movable: boolean): Promise<ChildProcess> => {
    for (let attempt = 1; ; attempt += 1) {
      const from = fs.fstatSync(logFd).size
      const child = launch(home, { ...settings, port: `${port}` }, logFd)
      if (await isReady(child, home.cluster)) return child
      const words = fs.readFileSync(logFile).subarray(from).toString('utf8')
      const portTaken = /could not bind|could not create any TCP/.test(words)
      const stillHeld = /lock file .* already exists|shared memory block .* still in use/.test(words)
      if (stopping || attempt >= limits.startTries || !(portTaken || stillHeld)) throw cannotStart(words)
      if (portTaken && movable) port = await freePort()
      await delay(Math.min(limits.retryFirstMs * 2 ** attempt, limits.retryMostMs))
      if (stillHeld) await endOrphans(home.cluster, options.log)
    }
  }
  let child = await start(true)
  let revival: Promise<void> = Promise.resolve()
  const endWithUs = () => child.kill('SIGINT')
  process.once('exit', endWithUs)
  const watch = (since: number) => {
    child.once('exit', (code, signal) => {
      if (stopping) return
      restarts = Date.now() - since > limits.steadyMs ? 1 : restarts + 1
      options.log(
        `数据库意外停止（${signal ?? code}），正在重启 / the database server ended (${signal ?? code}); starting it again`,
      )
      revival = revive().catch(error => options.log(`${error instanceof Error ? error.message : error}`))
    })
  }
  const revive = async () => {
    if (restarts > limits.restarts) throw cannotStart(`${limits.restarts} restarts in a row`)
    await endOrphans(home.cluster, options.log)
    child = await start(false)
    watch(Date.now())
    if (stopping) child.kill('SIGINT')
  }
  watch(Date.now())
  const stop = async () => {
    stopping = true
    await revival
    process.off('exit', endWithUs)
    await endChild(child)
    clearInterval(logTimer)
    fs.closeSync(logFd)
  }
  let stopped: Promise<void> | undefined
  return {
    port,
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}

function launch(home: PostgresHome, settings: Record<string, string>, logFd: number): ChildProcess {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const [command, ...args] = commandOf(home, 'postgres', ['-D', home.cluster, ...flags])
  // A session of its own: Ctrl-C in the terminal is for us, and we stop the server when the last call is done.
  const child = spawn(command, args, {
    cwd: '/',
    env: programPath,
    detached: true,
    stdio: ['ignore', logFd, logFd],
  })
  child.unref()
  child.on('error', () => {}) // shows as "not ready": the exit is what is waited for
  return child
}

function commandOf(home: PostgresHome, program: string, args: string[]): [string, ...string[]] {
  const [first = '', ...rest] = [...home.prefix, join(home.native, 'bin', program), ...args]
  return [first, ...rest]
}

async function isReady(child: ChildProcess, cluster: string): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < limits.readyMs; waitedMs += limits.lookAgainMs) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return false
    const pidFile = readPidFile(cluster)
    if (pidFile?.pid === child.pid && pidFile.ready) return true
    await delay(limits.lookAgainMs)
  }
  await endChild(child)
  return false
}

async function endChild(child: ChildProcess): Promise<void> {
  const gone = () => child.exitCode !== null || child.signalCode !== null
  child.kill('SIGINT')
  for (let waitedMs = 0; waitedMs < limits.stopMs && !gone(); waitedMs += limits.lookAgainMs) {
    await delay(limits.lookAgainMs)
  }
  if (!gone()) child.kill('SIGQUIT') // gives up an orderly end; the next start recovers from the log
}

async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < limits.startTries; attempt += 1) {
    const port = randomInt(limits.firstPort, limits.lastPort + 1)
    const free = await new Promise<boolean>(resolve => {
      const probe = createServer()
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (free) return port
  }
  throw cannotStart(`no free port between ${limits.firstPort} and ${limits.lastPort}`)
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

function cannotStart(words: string): SetupError {
  const lines = words.split('\n').filter(line => line.trim() !== '')
  const reason = (lines.findLast(line => /FATAL|PANIC|error|fatal/.test(line)) ?? lines.at(-1) ?? '?').trim()
  return new SetupError(`数据库无法启动：${reason}`, `the database server does not start: ${reason}`)
}
