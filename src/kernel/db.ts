// The one pool of database connections, typed by the migrations.

import { CamelCasePlugin, Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import type { DB } from './db-types.ts'

export type Database = Kysely<DB>
export type Tx = Transaction<DB>

const int8 = 20
const date = 1082

/** Serials and fen fit a double exactly (below 2^53), so bigint columns are read as numbers; dates stay yyyy-mm-dd. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === int8) return (text: string) => Number(text)
    if (oid === date) return (text: string) => text
    return format === undefined ? pg.types.getTypeParser(oid) : pg.types.getTypeParser(oid, format)
  },
}

export interface DatabaseSettings {
  url: string
  poolSize: number
  /** Longest a statement may run before PostgreSQL ends it. */
  statementTimeoutMs: number
  /** A connection broke that no statement was waiting on. */
  onIdleError: (error: Error) => void
}

export interface OpenDatabase {
  db: Database
  pool: pg.Pool
  close(): Promise<void>
}

/** Opens the pool; connections are made when first needed. */
export function openDatabase(settings: DatabaseSettings): OpenDatabase {
  const pool = new pg.Pool({
    connectionString: settings.url,
    max: settings.poolSize,
    statement_timeout: settings.statementTimeoutMs,
    idle_in_transaction_session_timeout: settings.statementTimeoutMs,
    connectionTimeoutMillis: 10_000,
    application_name: 'dianka',
    types,
  })
  // The pool says it has ended before its connections have: what the server tells them then is no news.
  let closing = false
  const onError = (error: Error) => {
    if (!closing) settings.onIdleError(error)
  }
  pool.on('error', onError)
  // A connection lent to a transaction is not the pool's to watch: cut between two statements, it would end the process.
  pool.on('connect', client => client.on('error', onError))
  const db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
  const close = () => {
    closing = true
    return db.destroy()
  }
  return { db, pool, close }
}

/** The SQLSTATE of a database error, or null for any other error. */
export function sqlState(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null
}

/** The constraint that a database error names, or null. */
export function violatedConstraint(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.constraint ?? null) : null
}
