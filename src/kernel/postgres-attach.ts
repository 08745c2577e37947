// Finds the built-in database server of a copy that is running, for commands beside it.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { findPostgres } from './postgres-binaries.ts'
import { openSecrets } from './secrets.ts'

/** Addresses of the running server's databases; null when no server runs on this data folder. */
export async function attachPostgres(
  dataDir: string,
  secretsDir: string,
): Promise<{ url(database: string): string } | null> {
  const { cluster } = findPostgres(dataDir, () => {})
  const port = readPort(join(cluster, 'postmaster.pid'))
  if (port === null) return null
  const password = openSecrets(secretsDir).text('database')
  const url = (database: string) => `postgres://dianka:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`
  const client = new pg.Client({ connectionString: url('postgres') })
  try {
    await client.connect()
    return { url }
  } catch {
    return null
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The fourth line of PostgreSQL's own lock file is its port. */
function readPort(file: string): number | null {
  try {
    const port = Number(readFileSync(file, 'utf8').split('\n')[3])
    return Number.isInteger(port) && port > 0 ? port : null
  } catch {
    return null
  }
}
