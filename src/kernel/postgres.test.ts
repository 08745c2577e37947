// The built-in server survives what may happen to it: killed servers, killed owners, stale files, second owners.

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Postgres, startPostgres } from './postgres.ts'
import { findPostgres } from './postgres-binaries.ts'
import { commandOf } from './postgres-cluster.ts'

let dataDir = ''
let server: Postgres | undefined
const said: string[] = []

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'postgres-test-'))
  const first = await start()
  await first.ensureDatabase('kept')
  await query(first.url('kept'), 'create table note (words text)')
  await stop()
})
afterEach(() => stop())
afterAll(() => rmSync(dataDir, { recursive: true }))

async function start(settings: Record<string, string> = {}): Promise<Postgres> {
  said.length = 0
  const options = { dataDir, secretsDir: join(dataDir, 'secrets'), log: (line: string) => said.push(line), settings }
  server = await startPostgres(options)
  return server
}

async function stop(): Promise<void> {
  await server?.stop()
  server = undefined
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const serverPid = () => Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])
const note = (words: string) => query(server?.url('kept') ?? '', `insert into note values ('${words}')`)
const notes = async () => (await query(server?.url('kept') ?? '', 'select words from note')).map(row => row.words)

test('it is durable, checked, closed to others, and its user is no superuser', async () => {
  const { url } = await start()
  const [row] = await query(
    url('postgres'),
    `select current_setting('fsync') as fsync, current_setting('full_page_writes') as pages,
      current_setting('data_checksums') as checksums, current_setting('server_version_num')::int / 10000 as version,
      (select usesuper from pg_user where usename = current_user) as super`,
  )
  expect(row).toEqual({ fsync: 'on', pages: 'on', checksums: 'on', version: 18, super: false })
  await expect(query(url('postgres').replace(/:[0-9a-f]{64}@/, ':wrong@'), 'select 1')).rejects.toThrow(/password/)
  expect(readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres.lock', 'postgres.log', 'secrets'])
  expect(statSync(join(dataDir, 'postgres')).mode & 0o777).toBe(0o700)
  expect(said).toEqual([])
})

test('a second owner of the folder is refused with the first one named', async () => {
  await start()
  const first = server
  await expect(start()).rejects.toThrow(new RegExp(`in use by another copy \\(process ${process.pid}\\)`))
  server = first
  expect(await query(server?.url('kept') ?? '', 'select 1 as n')).toEqual([{ n: 1 }])
})

test('a server killed under us comes back at the same address with everything committed', async () => {
  await start()
  await note('before the kill')
  process.kill(serverPid(), 'SIGKILL')
  const words = await eventually(notes)
  expect(words).toContain('before the kill')
  expect(said).toHaveLength(1)
})

test('after the owner was killed the next start works at once', async () => {
  const owner = ownerProcess()
  await eventually(async () => expect(existsSync(join(dataDir, 'owner-is-ready'))).toBe(true))
  owner.kill('SIGKILL')
  await new Promise(resolve => owner.once('exit', resolve))
  rmSync(join(dataDir, 'owner-is-ready'))
  await start()
  expect(await notes()).toContain('by the owner')
})

test('a server left running is ended first', async () => {
  const { home, child } = strayServer()
  await eventually(async () => expect(readFileSync(join(home.cluster, 'postmaster.pid'), 'utf8')).toMatch(/ready/))
  await start()
  expect(said[0]).toContain('left over')
  expect(child.exitCode).toBe(0)
  await note('after the stray')
})

test('a stale process file whose number now belongs to another program is no obstacle', async () => {
  const { home, child } = strayServer()
  const file = join(home.cluster, 'postmaster.pid')
  await eventually(async () => expect(readFileSync(file, 'utf8')).toMatch(/ready/))
  child.kill('SIGKILL')
  await new Promise(resolve => child.once('exit', resolve))
  const [, ...rest] = readFileSync(file, 'utf8').split('\n')
  writeFileSync(file, [process.ppid, ...rest].join('\n'))
  await start()
  await note('after the stale file')
})

test('a server that cannot start says why in one sentence and leaves the folder free', async () => {
  await expect(start({ shared_buffers: 'plenty' })).rejects.toThrow(/^数据库无法启动.* \/ .*shared_buffers.*$/)
  await start()
  expect(await notes()).toContain('before the kill')
})

/** A server of the cluster that nobody of us looks after. */
function strayServer() {
  const home = findPostgres(dataDir, () => {})
  const [command, ...args] = commandOf(home, 'postgres', ['-D', home.cluster, '-c', 'unix_socket_directories='])
  const child = spawn(command, [...args, '-c', 'port=29999'], { cwd: '/', stdio: 'ignore' })
  return { home, child }
}

function ownerProcess() {
  const script = `
    import { writeFileSync } from 'node:fs'
    import pg from 'pg'
    import { startPostgres } from './src/kernel/postgres.ts'
    const dataDir = ${JSON.stringify(dataDir)}
    const server = await startPostgres({ dataDir, secretsDir: dataDir + '/secrets', log: () => {} })
    const client = new pg.Client({ connectionString: server.url('kept') })
    await client.connect()
    await client.query("insert into note values ('by the owner')")
    writeFileSync(dataDir + '/owner-is-ready', '')
    setInterval(() => {}, 1000)`
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: 'inherit' })
}

async function eventually<T>(look: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await look()
    } catch (error) {
      if (attempt === 200) throw error
      await delay(50)
    }
  }
}
