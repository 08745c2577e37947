// Brings a database to the schema of this program: plain SQL files, in order, each once, forward only.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { SetupError } from './setup-error.ts'

interface Migration {
  name: string
  sha256: string
  sql: string
}

/** Any number that nothing else uses: nodes that start at once apply the files one after the other. */
const lockKey = 7_304_118_202

const ledger = `
  create table if not exists schema_migration (
    name text primary key,
    sha256 text not null,
    applied_at timestamptz not null default clock_timestamp()
  );
  comment on table schema_migration is 'The files of migrations/ this database has been through.';
`

/** Returns the names of the files it applied. */
export async function migrate(url: string, folder: string): Promise<string[]> {
  const migrations = readMigrations(folder)
  const client = await connect(url)
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey])
    await client.query(ledger)
    const { rows } = await client.query<{ name: string; sha256: string }>('select name, sha256 from schema_migration')
    const pending = pendingAfter(migrations, new Map(rows.map(row => [row.name, row.sha256])))
    for (const migration of pending) await apply(client, migration)
    return pending.map(migration => migration.name)
  } finally {
    await client.end()
  }
}

function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder).filter(name => name.endsWith('.sql'))
  const bad = names.find(name => !/^\d{4}_[a-z0-9_]+\.sql$/.test(name))
  if (bad) throw new Error(`${join(folder, bad)}: a migration is named 0001_some_words.sql`)
  if (new Set(names.map(name => name.slice(0, 4))).size !== names.length) {
    throw new Error(`${folder}: two migrations have one number`)
  }
  return names.sort().map(name => {
    const bytes = readFileSync(join(folder, name))
    return { name, sha256: createHash('sha256').update(bytes).digest('hex'), sql: bytes.toString('utf8') }
  })
}

/** What has been applied must be exactly the first files of the folder. */
function pendingAfter(migrations: Migration[], applied: Map<string, string>): Migration[] {
  const known = new Set(migrations.map(migration => migration.name))
  const newer = [...applied.keys()].find(name => !known.has(name))
  if (newer) {
    throw new SetupError(
      `数据库已升级到更新的版本（${newer}），请使用新版程序`,
      `the database has been through ${newer}, which this program does not know: use the newer program`,
    )
  }
  const changed = migrations.find(({ name, sha256 }) => applied.has(name) && applied.get(name) !== sha256)
  if (changed) {
    throw new SetupError(
      `升级脚本 ${changed.name} 在执行之后被改动`,
      `the migration ${changed.name} was changed after it had been applied: restore it and write a new one`,
    )
  }
  const pending = migrations.filter(({ name }) => !applied.has(name))
  const late = pending.find(({ name }) => [...applied.keys()].some(done => done > name))
  if (late) {
    throw new SetupError(
      `升级脚本 ${late.name} 排在已执行的脚本之前`,
      `the migration ${late.name} stands before one that has been applied: give it the next number`,
    )
  }
  return pending
}

async function apply(client: pg.Client, { name, sha256, sql }: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(sql)
    await client.query('insert into schema_migration (name, sha256) values ($1, $2)', [name, sha256])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {}) // the connection itself is gone: nothing was committed
    const position = error instanceof pg.DatabaseError ? Number(error.position ?? Number.NaN) : Number.NaN
    const line = Number.isNaN(position) ? '' : `:${sql.slice(0, position).split('\n').length}`
    throw new Error(`${name}${line}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {}) // a connection that breaks shows at the query that was waiting
  try {
    await client.connect()
    return client
  } catch (error) {
    const where = `${client.host}:${client.port}/${client.database}`
    const why = (error instanceof AggregateError ? error.errors[0]?.message : undefined) ?? String(error)
    throw new SetupError(`无法连接数据库 ${where}：${why}`, `the database ${where} cannot be reached: ${why}`, {
      cause: error,
    })
  }
}
