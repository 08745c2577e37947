// What a killed process may leave behind of a database server: found, ended, and its traces made harmless.

import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { SetupError } from './setup-error.ts'

const fastShutdownMs = 30_000
const lastWordMs = 5_000
const lookAgainMs = 50
/** Above every process number Linux gives out. */
const nobodysPid = 2_147_483_646

/**
 * Call only while holding the lock of the data folder: whoever still serves the cluster then serves nobody. PostgreSQL
 * keeps its own guard (the shared memory named in postmaster.pid), so the file is never removed: where it names a
 * zombie, or a number that meanwhile belongs to another program, only the number is replaced.
 */
export async function endOrphans(cluster: string, log: (sentence: string) => void): Promise<void> {
  const pidFile = readPidFile(cluster)
  if (!pidFile) return
  const orphans = () => processesOf(cluster)
  if (orphans().length > 0) {
    // Its helpers alone end by themselves within moments of their server.
    if (orphans().includes(pidFile.pid))
      log('上次留下的数据库仍在运行，正在停止 / ending a database server left over from an earlier run')
    await signalUntilGone(pidFile.pid, 'SIGINT', orphans, fastShutdownMs)
    for (const pid of orphans()) await signalUntilGone(pid, 'SIGKILL', orphans, lastWordMs)
    if (orphans().length > 0) {
      throw new SetupError(
        `上次留下的数据库进程 ${orphans().join('、')} 无法停止`,
        `the database processes ${orphans().join(', ')} left over from an earlier run do not end`,
      )
    }
  }
  const left = readPidFile(cluster)
  if (left && processState(left.pid) !== undefined) {
    writeFileSync(join(cluster, 'postmaster.pid'), [nobodysPid, ...left.rest].join('\n'))
  }
}

/** The first line is the server's process number, the eighth its status. */
export function readPidFile(cluster: string): { pid: number; rest: string[]; ready: boolean } | undefined {
  try {
    const [first, ...rest] = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(first), rest, ready: rest[6]?.trim() === 'ready' }
  } catch {
    return undefined // no server has this cluster open
  }
}

/** Living processes of this cluster: each works in its folder; where that is hidden, the server's arguments tell. */
function processesOf(cluster: string): number[] {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  return pids.filter(pid => isOf(pid, cluster)).map(Number)
}

function isOf(pid: string, cluster: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === cluster && /postgres/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
  } catch {
    return argumentsOf(pid).includes(cluster)
  }
}

function argumentsOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return [] // it has just ended
  }
}

/** One letter as `ps` shows it, Z for a zombie; undefined when there is no such process. */
function processState(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '')[0]
  } catch {
    return undefined
  }
}

async function signalUntilGone(pid: number, signal: NodeJS.Signals, left: () => number[], limitMs: number) {
  if (left().includes(pid)) process.kill(pid, signal)
  for (let waitedMs = 0; waitedMs < limitMs && left().length > 0; waitedMs += lookAgainMs) await delay(lookAgainMs)
}
