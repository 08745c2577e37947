// The manufacturer's tool on files: its key pair, and a produced-card file from a new-card file.

import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal } from '../../kernel/refusal.ts'
import { SetupError } from '../../kernel/setup-error.ts'
import { makeKeys, printedFingerprint, readOwnKey, readPeerKey, SealError, type SealScheme } from './envelope.ts'
import { CardFileError } from './format.ts'
import { type ProduceSettings, produceCards } from './manufacturer.ts'

export interface KeyFiles {
  privateFile: string
  publicFile: string
  fingerprint: string
}

/** Writes a new key pair into a folder; never over one that is there. */
export async function writeKeyPair(folder: string, name: string, scheme: SealScheme): Promise<KeyFiles> {
  const keys = await makeKeys(scheme, name)
  const ending = scheme === 'sm2' ? 'pem' : 'asc'
  const privateFile = join(folder, `private.${ending}`)
  const publicFile = join(folder, `public.${ending}`)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(privateFile, keys.privateKey, { mode: 0o600, flag: 'wx' })
    await writeFile(publicFile, keys.publicKey, { flag: 'wx' })
  } catch (error) {
    throw fileTrouble(folder, error)
  }
  return { privateFile, publicFile, fingerprint: printedFingerprint(await readPeerKey(keys.publicKey, new Date())) }
}

export interface ProduceFiles extends Pick<ProduceSettings, 'faulty' | 'leaveOut' | 'only'> {
  inFile: string
  outFile: string
  keyFile: string
  countyFile: string
}

/** Writes the produced-card file whole, or leaves nothing of it. Returns how many cards it lists. */
export async function produceFile({ inFile, outFile, keyFile, countyFile, ...faults }: ProduceFiles): Promise<number> {
  const own = await readOwnKey(await text(keyFile)).catch(error => wrongKey(keyFile, error))
  const county = await readPeerKey(await text(countyFile), new Date()).catch(error => wrongKey(countyFile, error))
  let count = 0
  const settings = {
    sealed: () => createReadStream(inFile),
    own,
    county,
    ...faults,
    counted: (n: number) => (count = n),
  }
  const draft = `${outFile}.draft`
  try {
    const file = await open(draft, 'w', 0o600).catch(error => Promise.reject(fileTrouble(draft, error)))
    try {
      for await (const chunk of produceCards(settings)) await file.writeFile(chunk)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, outFile)
    return count
  } catch (error) {
    await rm(draft, { force: true })
    throw said(inFile, error)
  }
}

function said(inFile: string, error: unknown): unknown {
  if (error instanceof SealError) {
    return new SetupError(
      `${inFile} 打不开，或不是由该县公司签名的新卡文件；没有写任何内容`,
      `${inFile} cannot be opened, or is not a new-card file signed by this county; nothing was written`,
      { cause: error },
    )
  }
  if (error instanceof CardFileError) {
    return new SetupError(`${inFile} 第 ${error.line} 行不合格式`, `${inFile}, ${error.message}`, { cause: error })
  }
  return error instanceof SetupError ? error : fileTrouble(inFile, error)
}

async function text(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(error => Promise.reject(fileTrouble(file, error)))
}

function wrongKey(file: string, error: unknown): never {
  const problem = error instanceof Refusal ? String(error.details.problem) : 'unreadable'
  throw new SetupError(`${file} 不是可用的密钥（${problem}）`, `${file} is not a usable key (${problem})`, {
    cause: error,
  })
}

function fileTrouble(file: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  return new SetupError(`${file}：${error.code}`, `${file}: ${error.code}`, { cause: error })
}
