// The server's own log file: bounded, and readable from a mark on, so that a failed start can say why.

import * as fs from 'node:fs'
import { dirname } from 'node:path'
import { ownLikeFolder } from './folder-lock.ts'

export interface LogFile {
  readonly fd: number
  /** From here on `news` reads. */
  mark(): void
  news(): string
  close(): void
}

const mostBytes = 20_000_000
const checkEveryMs = 60_000

/** Opened for appending, so that a file cut short while the server writes goes on from its new end. */
export function openLogFile(path: string): LogFile {
  const fd = fs.openSync(path, 'a+', 0o600)
  ownLikeFolder(fd, dirname(path))
  const bound = () => {
    if (fs.fstatSync(fd).size > mostBytes) fs.ftruncateSync(fd)
  }
  bound()
  const timer = setInterval(bound, checkEveryMs).unref()
  let marked = 0
  return {
    fd,
    mark: () => {
      marked = fs.fstatSync(fd).size
    },
    news: () => fs.readFileSync(path).subarray(marked).toString('utf8'),
    close: () => {
      clearInterval(timer)
      fs.closeSync(fd)
    },
  }
}
