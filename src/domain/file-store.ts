// Uploaded and generated files in the data folder: stored first, named in a command's input afterwards.

import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Refusal } from '../kernel/refusal.ts'
import { headBytes, mediaTypeOf } from './media-type.ts'

export interface StoredBytes {
  /** Relative to the store. */
  path: string
  sizeBytes: number
  sha256: Buffer
}

export interface FileStore {
  /** Keeps a stream whole or not at all; refuses `fileTooBig` beyond the limit. */
  save(stream: Readable, maxBytes: number): Promise<StoredBytes & { mediaType: string }>
  read(path: string): Readable
  remove(path: string): Promise<void>
  /** Writes a draft beside the path, whole and synced; it gets its name only by `finishDraft`. */
  writeDraft(path: string, bytes: AsyncIterable<Uint8Array>): Promise<StoredBytes>
  /** Names the draft; nothing to do where that has happened. */
  finishDraft(path: string): Promise<void>
  removeDraft(path: string): Promise<void>
  /** Paths of drafts that begin with these characters. */
  drafts(prefix: string): Promise<string[]>
}

/** A store below the given folder. Names are ours, so that no name from outside reaches the disk. */
export function createFileStore(folder: string): FileStore {
  return {
    async save(stream, maxBytes) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const path = randomUUID()
      const partial = join(folder, `${path}.partial`)
      const hash = createHash('sha256')
      let sizeBytes = 0
      let head = Buffer.alloc(0)
      const meter = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          sizeBytes += chunk.length
          if (sizeBytes > maxBytes) return done(new Refusal('fileTooBig', { maxBytes }))
          hash.update(chunk)
          if (head.length < headBytes) head = Buffer.concat([head, chunk.subarray(0, headBytes - head.length)])
          done(null, chunk)
        },
      })
      try {
        await pipeline(stream, meter, createWriteStream(partial, { mode: 0o600 }))
        await syncAndName(partial, join(folder, path))
      } catch (error) {
        await rm(partial, { force: true })
        throw error
      }
      return { path, sizeBytes, sha256: hash.digest(), mediaType: mediaTypeOf(head) }
    },
    read: path => createReadStream(join(folder, path)),
    remove: path => rm(join(folder, path), { force: true }),
    async writeDraft(path, bytes) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const hash = createHash('sha256')
      let sizeBytes = 0
      const file = await open(join(folder, path + draftEnding), 'w', 0o600)
      try {
        for await (const chunk of bytes) {
          hash.update(chunk)
          sizeBytes += chunk.length
          await file.writeFile(chunk)
        }
        await file.sync()
      } finally {
        await file.close()
      }
      return { path, sizeBytes, sha256: hash.digest() }
    },
    async finishDraft(path) {
      const whole = join(folder, path)
      await rename(join(folder, path + draftEnding), whole).catch(error => {
        // It has its name: this happens twice where two look after the same crash.
        if (!existsSync(whole)) throw error
      })
      await syncFolder(folder)
    },
    removeDraft: path => rm(join(folder, path + draftEnding), { force: true }),
    async drafts(prefix) {
      if (!existsSync(folder)) return []
      const names = await readdir(folder)
      return names
        .filter(name => name.startsWith(prefix) && name.endsWith(draftEnding))
        .map(name => name.slice(0, -draftEnding.length))
    },
  }
}

const draftEnding = '.draft'

/** A name is on the disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function syncAndName(partial: string, whole: string): Promise<void> {
  const file = await open(partial, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(partial, whole)
}
