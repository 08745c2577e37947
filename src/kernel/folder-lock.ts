// A lock on a folder that the operating system takes back by itself when its holder dies, however it dies.

import { spawnSync } from 'node:child_process'
import { closeSync, fchownSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from './setup-error.ts'

export interface FolderLock {
  release(): void
}

/**
 * Node cannot lock a file itself, but a lock belongs to the open file and not to a process: `flock` is run on our own
 * descriptor, ends at once, and the lock stays for as long as we keep the descriptor open.
 */
export function lockFolder(dir: string, name: string): FolderLock {
  const file = join(dir, name)
  const fd = open(file, dir)
  const flock = spawnSync('flock', ['--nonblock', '--exclusive', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] })
  if (flock.status === 0) {
    ftruncateSync(fd)
    writeSync(fd, `${process.pid}\n`, 0)
    return { release: once(() => closeSync(fd)) }
  }
  closeSync(fd)
  if (flock.error) {
    throw new SetupError(
      '找不到 flock 命令，请安装 util-linux',
      'the command flock is missing: install util-linux',
      flock.error,
    )
  }
  const holder = readFileSync(file, 'utf8').trim() || '?'
  throw new SetupError(
    `目录 ${dir} 正被另一个程序使用（进程 ${holder}），请先停止它，或改用别的数据目录`,
    `the folder ${dir} is in use by another copy (process ${holder}): stop it, or choose another data folder`,
  )
}

function open(file: string, dir: string): number {
  try {
    const fd = openSync(file, 'a+', 0o600)
    ownLikeFolder(fd, dir)
    return fd
  } catch (error) {
    throw new SetupError(`目录 ${dir} 不可写`, `the folder ${dir} cannot be written`, { cause: error })
  }
}

/** What root writes into somebody's folder belongs to them, or they could not start on their own data afterwards. */
export function ownLikeFolder(fd: number, dir: string): void {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = statSync(dir)
  fchownSync(fd, uid, gid)
}

function once(action: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    action()
  }
}
