// Installs from the distribution what the tests need and may install, and says what it could not.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { find } from './programs.ts'

interface Package {
  name: string
  isThere: () => boolean
  purpose: string
}

const packages: Package[] = [
  { name: 'sip-tester', isThere: () => find('sipp') !== undefined, purpose: '电话测试 / telephone calls by sipp' },
  { name: 'baresip', isThere: () => find('baresip') !== undefined, purpose: '电话测试 / telephone calls by baresip' },
  { name: 'chromium', isThere: () => find('chromium') !== undefined, purpose: '网页测试 / web pages' },
  {
    name: 'fonts-wqy-zenhei',
    isThere: () => existsSync('/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc'),
    purpose: '网页测试的中文字体 / Chinese letters on web pages',
  },
]

/** Returns the names of the packages that are still missing. */
export function installPackages(say: (line: string) => void): string[] {
  const missing = packages.filter(wanted => !wanted.isThere())
  if (missing.length === 0) return []
  const apt = aptGet()
  if (apt) {
    let listsAreFresh = false
    for (const { name, purpose } of missing) {
      say(`正在安装 ${name}：${purpose} (installing)`)
      const install = [...apt, 'install', '--yes', '--quiet=2', '--no-install-recommends', name]
      if (run(install) || listsAreFresh) continue
      listsAreFresh = true
      if (run([...apt, 'update', '--quiet=2'])) run(install)
    }
  }
  const left = missing.filter(wanted => !wanted.isThere())
  for (const { name, purpose } of left)
    say(`!!! 缺少 ${name}，跳过：${purpose} / !!! ${name} is missing, its tests are skipped`)
  return left.map(({ name }) => name)
}

/** How apt-get may be run here without asking anybody; undefined when it may not. */
function aptGet(): string[] | undefined {
  if (!find('apt-get')) return undefined
  const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get']
  if (process.getuid?.() === 0) return quiet
  return find('sudo') && run(['sudo', '--non-interactive', 'true'])
    ? ['sudo', '--non-interactive', ...quiet]
    : undefined
}

function run([program = '', ...args]: string[]): boolean {
  return spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 600_000 }).status === 0
}
