// The files of a PostgreSQL cluster: made once, whole or not at all, and fit for this program's server.

import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { type PostgresHome, programPath } from './postgres-binaries.ts'
import { SetupError } from './setup-error.ts'

export interface ClusterOptions {
  superuser: string
  password: string
  /** Skips the sync to disk. */
  testOnlyMayLoseData: boolean
}

const version = '18'

/** Makes the cluster unless it is there; says so before it begins. */
export function ensureCluster(home: PostgresHome, options: ClusterOptions, log: (sentence: string) => void): void {
  if (versionOf(home.cluster) === undefined) {
    log('正在创建数据库 / creating the database')
    createCluster(home, options)
  }
  requireVersion(home.cluster)
}

/** Made beside and renamed, so that a start that was cut short leaves no half cluster. */
function createCluster(home: PostgresHome, options: ClusterOptions): void {
  const draft = `${home.cluster}.new`
  fs.rmSync(draft, { recursive: true, force: true })
  fs.mkdirSync(draft, { mode: 0o700 })
  fs.chownSync(draft, home.uid, home.gid)
  const passwordFile = join(dirname(home.cluster), 'postgres.initial-password')
  fs.rmSync(passwordFile, { force: true })
  fs.writeFileSync(passwordFile, options.password, { mode: 0o600, flag: 'wx' })
  fs.chownSync(passwordFile, home.uid, home.gid)
  try {
    const [command, ...args] = commandOf(home, 'initdb', [
      ...['--pgdata', draft, '--username', options.superuser, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
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

function versionOf(cluster: string): string | undefined {
  try {
    return fs.readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new SetupError(`无法读取数据库目录 ${cluster}`, `the database folder ${cluster} cannot be read`, {
      cause: error,
    })
  }
}

function requireVersion(cluster: string): void {
  const found = versionOf(cluster)
  if (found === version) return
  throw new SetupError(
    `${cluster} 属于 PostgreSQL ${found}，本程序自带 ${version}`,
    `${cluster} belongs to PostgreSQL ${found}, and this program brings ${version}`,
  )
}

/** The words to run a program of PostgreSQL's here. */
export function commandOf(home: PostgresHome, program: string, args: string[]): [string, ...string[]] {
  const [first = '', ...rest] = [...home.prefix, join(home.native, 'bin', program), ...args]
  return [first, ...rest]
}

export function cannotStart(words: string): SetupError {
  const lines = words.split('\n').filter(line => line.trim() !== '')
  const reason = (lines.findLast(line => /FATAL|PANIC|error|fatal/.test(line)) ?? lines.at(-1) ?? '?').trim()
  return new SetupError(`数据库无法启动：${reason}`, `the database server does not start: ${reason}`)
}
