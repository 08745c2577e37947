// Fetches baresip 1.1 of the next Debian into a private folder: the first version that can send keys by INFO.
//
// Nothing of the machine's own package system is touched: a state folder of its own, packages unpacked and run in place by
// their own loader. 6.5 MB, fetched once.
import { execFile } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const SUITE = 'trixie'
const PACKAGES = ['baresip-core', 'libre1', 'librem1', 'libc6', 'libssl3t64', 'zlib1g', 'libzstd1']
const FETCH_LIMIT_MS = 120_000
const CACHE = fileURLToPath(new URL('../../.cache/', import.meta.url))

const run = promisify(execFile)

export interface BaresipProgram {
  readonly command: string
  readonly args: readonly string[]
  readonly modules: string
}

/** The program, fetched when it is not there yet; rejects when that is impossible. */
export async function newerBaresip(): Promise<BaresipProgram> {
  const root = join(CACHE, `baresip-${SUITE}`)
  if (!existsSync(root)) await fetchInto(root)
  const libraries = join(root, 'usr/lib/x86_64-linux-gnu')
  return {
    command: join(libraries, 'ld-linux-x86-64.so.2'),
    args: ['--library-path', libraries, join(root, 'usr/bin/baresip')],
    modules: join(root, 'usr/lib/baresip/modules'),
  }
}

async function fetchInto(root: string): Promise<void> {
  if (process.arch !== 'x64') throw new Error('only for amd64')
  mkdirSync(CACHE, { recursive: true })
  const work = mkdtempSync(join(CACHE, 'fetch-'))
  try {
    const unpacked = join(work, 'root')
    for (const folder of ['lists/partial', 'cache/archives/partial', 'debs', 'root'])
      mkdirSync(join(work, folder), { recursive: true })
    writeFileSync(join(work, 'status'), '')
    const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
    writeFileSync(join(work, 'sources.list'), `deb [signed-by=${keyring}] ${mirror()} ${SUITE} main\n`)
    writeFileSync(join(work, 'apt.conf'), aptConf(work))
    const options = {
      cwd: join(work, 'debs'),
      env: { ...process.env, APT_CONFIG: join(work, 'apt.conf') },
      timeout: FETCH_LIMIT_MS,
    }
    await run('apt-get', ['update', '-q'], options)
    await run('apt-get', ['download', '-q', ...PACKAGES], options)
    for (const name of readdirSync(options.cwd)) await run('dpkg', ['-x', join(options.cwd, name), unpacked], options)
    renameSync(unpacked, root)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function aptConf(work: string): string {
  const settings = [
    ['Dir::State', work],
    ['Dir::State::status', join(work, 'status')],
    ['Dir::State::lists', join(work, 'lists')],
    ['Dir::Cache', join(work, 'cache')],
    ['Dir::Etc::sourcelist', join(work, 'sources.list')],
    ['Dir::Etc::sourceparts', '-'],
    ['Acquire::Check-Valid-Until', 'false'],
    ['Acquire::Languages', 'none'],
    ['APT::Sandbox::User', 'root'],
  ]
  return settings.map(([name, value]) => `${name} "${value}";\n`).join('')
}

/** The mirror this machine uses. */
function mirror(): string {
  const folder = '/etc/apt/sources.list.d'
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(folder) ? readdirSync(folder).map(name => join(folder, name)) : []),
  ]
  for (const file of files.filter(path => existsSync(path))) {
    const found = /^(?:URIs:|deb(?: \[[^\]]*\])?)\s+(\S+\/debian\/?)(?:\s|$)/m.exec(readFileSync(file, 'utf8'))
    if (found?.[1] !== undefined) return found[1]
  }
  return 'http://deb.debian.org/debian'
}
