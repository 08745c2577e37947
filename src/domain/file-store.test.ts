// Files are there whole or not at all, under names of ours, readable by their owner only.

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFileStore, type FileStore } from './file-store.ts'

let folder: string
let store: FileStore
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dianka-files-'))
  store = createFileStore(join(folder, 'files'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const names = () => readdirSync(join(folder, 'files')).sort()
async function* bytes(...parts: (string | Error)[]) {
  for (const part of parts) {
    if (part instanceof Error) throw part
    yield Buffer.from(part)
  }
}

test('an upload is kept whole, or refused with nothing left', async () => {
  const kept = await store.save(Readable.from([Buffer.from('abc'), Buffer.from('def')]), 6)
  expect(kept.sizeBytes).toBe(6)
  expect(kept.sha256.toString('hex')).toBe('bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721')
  expect(statSync(join(folder, 'files', kept.path)).mode & 0o777).toBe(0o600)
  await expect(store.save(Readable.from([Buffer.from('abcdefg')]), 6)).rejects.toMatchObject({ code: 'fileTooBig' })
  await expect(store.save(Readable.from(bytes('a', new Error('hung up'))), 6)).rejects.toThrow('hung up')
  expect(names()).toEqual([kept.path])
  await store.remove(kept.path)
  await store.remove(kept.path)
  expect(names()).toEqual([])
})

test('a draft has no name until it is finished, which may happen twice', async () => {
  expect(await store.drafts('cards-')).toEqual([])
  await store.writeDraft('cards-1', bytes('old and longer'))
  const draft = await store.writeDraft('cards-1', bytes('whole'))
  expect(draft.sizeBytes).toBe(5)
  expect(await store.drafts('cards-')).toEqual(['cards-1'])
  await Promise.all([store.finishDraft('cards-1'), store.finishDraft('cards-1')])
  await store.finishDraft('cards-1')
  expect(names()).toEqual(['cards-1'])
  expect(readFileSync(join(folder, 'files', 'cards-1'), 'utf8')).toBe('whole')
  await expect(store.finishDraft('cards-2')).rejects.toThrow('ENOENT')
})

test('a draft that breaks off stays a draft and can be removed', async () => {
  await expect(store.writeDraft('cards-3', bytes('half', new Error('crash')))).rejects.toThrow('crash')
  expect(await store.drafts('cards-')).toEqual(['cards-3'])
  await store.removeDraft('cards-3')
  await store.removeDraft('cards-3')
  expect(names()).toEqual([])
})
