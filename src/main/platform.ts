// The ground of every command: keys, the database server, the schema, and whether these are demonstration data.

import { join } from 'node:path'
import type { Config } from '../config.ts'
import { type OpenDatabase, openDatabase } from '../kernel/db.ts'
import type { Log } from '../kernel/log.ts'
import { migrate } from '../kernel/migrate.ts'
import { startPostgres } from '../kernel/postgres.ts'
import { attachPostgres } from '../kernel/postgres-attach.ts'
import { openSecrets, type Secrets } from '../kernel/secrets.ts'
import { SetupError } from '../kernel/setup-error.ts'
import { removeIfAsked } from './demo/removal.ts'

export interface Platform extends OpenDatabase {
  config: Config
  log: Log
  secrets: Secrets
  /** The address of the product's database and of the reference billing system's. */
  url: string
  misUrl: string
  demonstration: boolean
  /** Addresses of the billing systems of counties that have their own, as they were at this start. */
  misUrls: ReadonlyMap<number, string>
  /** The migrations this start applied. */
  migrated: readonly string[]
}

const databaseName = 'dianka'
const misDatabaseName = 'dianka_mis'

/**
 * Opens the database, starting the built-in server unless DATABASE_URL names one. With `attach`, a server that another
 * copy runs on the same data is used as it is.
 */
export async function openPlatform(config: Config, log: Log, how: { attach: boolean }): Promise<Platform> {
  const secrets = openSecrets(config.secretsDir)
  const server = await databaseServer(config, log, how.attach)
  try {
    const migrateNow = () => migrate(server.url, join(config.treeDir, 'migrations'))
    const migrated = await migrateNow().catch(error => databaseAway(error))
    if (!how.attach) await removeIfAsked(config, server, migrateNow)
    const opened = openDatabase({
      url: server.url,
      poolSize: config.databasePoolSize,
      statementTimeoutMs: config.statementTimeoutMs,
      onIdleError: error => log.warn({ err: error }, 'a database connection broke'),
    })
    const demonstration = await decideDemonstration(opened, config)
    const own = await opened.db.selectFrom('misConnection').select(['countyId', 'url']).execute()
    const misUrls = new Map(own.map(({ countyId, url }) => [countyId, url]))
    const close = async () => {
      await opened.close()
      await server.stop()
    }
    return { ...opened, ...server, config, log, secrets, demonstration, misUrls, migrated, close }
  } catch (error) {
    await server.stop()
    throw error
  }
}

interface Server {
  url: string
  misUrl: string
  stop(): Promise<void>
}

async function databaseServer(config: Config, log: Log, attach: boolean): Promise<Server> {
  if (config.databaseUrl !== null) {
    const misUrl = config.misDatabaseUrl ?? besides(config.databaseUrl)
    return { url: config.databaseUrl, misUrl, stop: async () => {} }
  }
  const running = attach ? await attachPostgres(config.dataDir, config.secretsDir) : null
  if (running) return { url: running.url(databaseName), misUrl: running.url(misDatabaseName), stop: async () => {} }
  const { dataDir, secretsDir } = config
  const postgres = await startPostgres({ dataDir, secretsDir, log: sentence => log.info(sentence) })
  try {
    await Promise.all([postgres.ensureDatabase(databaseName), postgres.ensureDatabase(misDatabaseName)])
  } catch (error) {
    await postgres.stop()
    throw error
  }
  const misUrl = config.misDatabaseUrl ?? postgres.url(misDatabaseName)
  return { url: postgres.url(databaseName), misUrl, stop: () => postgres.stop() }
}

/** The reference billing system's database beside the product's, on the same server. */
function besides(url: string): string {
  const address = new URL(url)
  address.pathname = `${address.pathname}_mis`
  return address.href
}

function databaseAway(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (
    ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', 'ECONNRESET'].includes(code) ||
    code.startsWith('28') ||
    code === '3D000'
  ) {
    const reason = error instanceof Error && error.message !== '' ? error.message : code
    throw new SetupError(`数据库连接不上：${reason}`, `the database cannot be reached: ${reason}`)
  }
  throw error
}

/** Decided at the first start and kept with the data. */
async function decideDemonstration(opened: OpenDatabase, config: Config): Promise<boolean> {
  const wanted = config.demo ?? 'on'
  await opened.db
    .insertInto('installation')
    .values({ name: 'demonstration', value: wanted })
    .onConflict(conflict => conflict.doNothing())
    .execute()
  const { value } = await opened.db
    .selectFrom('installation')
    .select('value')
    .where('name', '=', 'demonstration')
    .executeTakeFirstOrThrow()
  return value === 'on'
}
