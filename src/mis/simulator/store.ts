// The reference billing system's database: made at the first start, one pool for money and one for everything else.

import { readFile } from 'node:fs/promises'
import pg from 'pg'

export type Client = pg.PoolClient

export interface Store {
  /** Commits are durable. */
  money: pg.Pool
  /** Commits may be lost with the machine (not with the process): nonces, wire log, settings, reading. */
  notes: pg.Pool
  /** Runs the work in one transaction; it is rolled back when the work throws. */
  transaction<T>(work: (client: Client) => Promise<T>): Promise<T>
  setting(name: string): Promise<unknown>
  keep(name: string, value: unknown): Promise<void>
  close(): Promise<void>
}

const schemaVersion = 1
const poolSize = 10
const startLock = 7_205_306

const int8 = 20
/** Fen and counts fit a double exactly. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === int8) return (text: string) => Number(text)
    return format === undefined ? pg.types.getTypeParser(oid) : pg.types.getTypeParser(oid, format)
  },
}

export async function openStore(databaseUrl: string): Promise<Store> {
  await ensureDatabase(databaseUrl)
  const open = (options: string, max: number) => {
    const pool = new pg.Pool({
      connectionString: databaseUrl,
      max,
      options: `-c search_path=reference_mis ${options}`,
      connectionTimeoutMillis: 10_000,
      application_name: 'reference-mis',
      types,
    })
    pool.on('error', () => {}) // an idle connection that broke is replaced when the next one is asked for
    return pool
  }
  const money = open('', poolSize)
  const notes = open('-c synchronous_commit=off', poolSize)
  const store: Store = {
    money,
    notes,
    transaction: work => inTransaction(money, work),
    async setting(name) {
      const { rows } = await notes.query<{ value: unknown }>('select value from setting where name = $1', [name])
      return rows[0]?.value
    },
    async keep(name, value) {
      const upsert =
        'insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value'
      await notes.query(upsert, [name, JSON.stringify(value)])
    },
    async close() {
      await Promise.all([money.end(), notes.end()])
    },
  }
  try {
    await prepareSchema(store)
  } catch (error) {
    await store.close()
    throw error
  }
  return store
}

async function inTransaction<T>(pool: pg.Pool, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** Two starts at once take turns; a schema of another version is not touched. */
async function prepareSchema(store: Store): Promise<void> {
  const statements = await readFile(new URL('./schema.sql', import.meta.url), 'utf8')
  await store.transaction(async client => {
    await client.query('select pg_advisory_xact_lock($1)', [startLock])
    const { rows } = await client.query<{ found: boolean }>(
      `select to_regclass('reference_mis.setting') is not null as found`,
    )
    if (!rows[0]?.found) await client.query(statements)
    await client.query(`insert into setting values ('schemaVersion', $1) on conflict do nothing`, [schemaVersion])
    const version = await client.query<{ value: unknown }>(`select value from setting where name = 'schemaVersion'`)
    if (version.rows[0]?.value !== schemaVersion) {
      throw new Error('the reference billing system finds tables of another version: drop schema reference_mis cascade')
    }
  })
}

async function ensureDatabase(databaseUrl: string): Promise<void> {
  const missing = await withClient(databaseUrl, async () => false).catch(error => {
    if (error instanceof pg.DatabaseError && error.code === '3D000') return true
    throw error
  })
  if (!missing) return
  const url = new URL(databaseUrl)
  const name = decodeURIComponent(url.pathname.slice(1))
  url.pathname = '/postgres'
  await withClient(url.href, async client => {
    await client.query(`create database ${client.escapeIdentifier(name)}`)
  })
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {}) // shows at the query that was waiting
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end()
  }
}
