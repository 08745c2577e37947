// Keys and passwords of the installation: a folder only its owner can read, one file each, made at the first use.

import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ownLikeFolder } from './folder-lock.ts'
import { SetupError } from './setup-error.ts'

export interface Secrets {
  /** Random bytes under this name; the same for every process and every start. */
  secret(name: string, bytes?: number): Buffer
  /** The same as a printable word (hexadecimal), for passwords and tokens. */
  text(name: string): string
  /** A text of the caller's making (a key pair, say), made once and kept. */
  keep(name: string, make: () => string | Promise<string>): Promise<string>
}

const defaultBytes = 32

export function openSecrets(dir: string): Secrets {
  makeFolder(dirname(dir), 0o711)
  makeFolder(dir, 0o700)
  requirePrivate(dir)
  const hex = (name: string, bytes: number) =>
    readOnce(dir, name) ?? create(dir, name, randomBytes(bytes).toString('hex'))
  return {
    secret: (name, bytes = defaultBytes) => {
      const value = Buffer.from(hex(name, bytes), 'hex')
      if (value.length === bytes) return value
      throw new SetupError(
        `密钥文件 ${join(dir, name)} 已损坏：应为 ${bytes} 字节的十六进制数`,
        `the secret file ${join(dir, name)} is damaged: it should hold ${bytes} bytes in hexadecimal`,
      )
    },
    text: name => hex(name, defaultBytes),
    keep: async (name, make) => readOnce(dir, name) ?? create(dir, name, await make()),
  }
}

function makeFolder(dir: string, mode: number): void {
  try {
    mkdirSync(dir, { recursive: true, mode })
  } catch (error) {
    throw new SetupError(`无法创建目录 ${dir}`, `the folder ${dir} cannot be made`, { cause: error })
  }
}

/** The value kept under a name, or undefined when there is none yet. */
function readOnce(dir: string, name: string): string | undefined {
  if (!/^[a-z0-9][a-z0-9.-]{0,63}$/.test(name)) throw new Error(`not a name for a secret: ${name}`)
  const file = join(dir, name)
  try {
    requirePrivate(file)
    return readFileSync(file, 'utf8').trimEnd()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes a whole file beside and links it to its name: of two processes at once one wins, and both read the winner's. */
function create(dir: string, name: string, value: string): string {
  const file = join(dir, name)
  const draft = join(dir, `.${name}.${process.pid}.${randomBytes(4).toString('hex')}`)
  const fd = openSync(draft, 'wx', 0o600)
  try {
    ownLikeFolder(fd, dir)
    writeSync(fd, `${value}\n`)
    fsyncSync(fd)
    linkSync(draft, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    closeSync(fd)
    rmSync(draft)
  }
  syncFolder(dirname(file))
  return readFileSync(file, 'utf8').trimEnd()
}

function syncFolder(dir: string): void {
  const fd = openSync(dir, 'r')
  fsyncSync(fd)
  closeSync(fd)
}

/** A secret that others can read is refused and not repaired: it may have been read already. */
function requirePrivate(path: string): void {
  const mode = statSync(path).mode & 0o777
  if ((mode & 0o077) === 0) return
  const shown = mode.toString(8)
  const wanted = statSync(path).isDirectory() ? '700' : '600'
  throw new SetupError(
    `${path} 的权限为 ${shown}，其他用户可以读取；若内容未泄露，请执行 chmod ${wanted} 后再启动`,
    `${path} has mode ${shown} and others can read it: if it is still secret, chmod ${wanted} it and start again`,
  )
}
