// Sealing and opening with sources that fail and files that are damaged: an error where it is awaited, and nowhere else.

import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeKeyPair, openStream, readPrivateKey, SealError, sealStream } from './openpgp.ts'

const unheard: unknown[] = []
const note = (error: unknown) => unheard.push(error)
beforeAll(() => {
  process.on('unhandledRejection', note)
})
afterAll(() => {
  process.off('unhandledRejection', note)
})

const key = async (name: string) => readPrivateKey((await makeKeyPair(name)).privateKey)
const maker = await key('maker')
const county = await key('county')
const seal = { to: county.toPublic(), by: maker }
const open = { as: county, by: maker.toPublic(), stallMs: 500 }

async function all(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of bytes) parts.push(part)
  return Buffer.concat(parts)
}

/** Chunks of text, then a failure. */
async function* failing(chunks: number, error: Error): AsyncGenerator<Buffer> {
  for (let n = 0; n < chunks; n += 1) {
    await setImmediate()
    yield Buffer.alloc(10_000, 'x')
  }
  throw error
}

test.each([0, 1, 2, 40])(
  'a source that fails after %i chunks fails the sealing with its own error, and no whole message',
  async chunks => {
    const error = new Error('no more')
    const written: Uint8Array[] = []
    const sealing = async () => {
      for await (const part of sealStream(failing(chunks, error), seal)) written.push(part)
    }
    await expect(sealing()).rejects.toBe(error)
    await expect(all(openStream(Readable.from([Buffer.concat(written)]), open))).rejects.toBeInstanceOf(SealError)
    await setImmediate()
    expect(unheard).toEqual([])
  },
)

test('a sealed file that cannot be read to its end fails with that error', async () => {
  const sealed = await all(sealStream(Readable.from([Buffer.alloc(100_000, 'y')]), seal))
  const error = new Error('the disk is gone')
  async function* half() {
    yield sealed.subarray(0, 50_000)
    throw error
  }
  await expect(all(openStream(half(), open))).rejects.toBe(error)
  await expect(all(openStream(failing(0, error), open))).rejects.toBe(error)
  await setImmediate()
  expect(unheard).toEqual([])
})

test('who stops reading early leaves nothing behind', async () => {
  const sealed = await all(sealStream(Readable.from([Buffer.alloc(1_000_000, 'z')]), seal))
  for await (const part of openStream(Readable.from([sealed]), open)) {
    expect(part.length).toBeGreaterThan(0)
    break
  }
  for await (const part of sealStream(failing(5, new Error('late')), seal)) {
    expect(part.length).toBeGreaterThan(0)
    break
  }
  await setImmediate()
  expect(unheard).toEqual([])
})

test('every damaged or shortened file is refused, and so is one signed by another or by nobody', async () => {
  const clear = Buffer.from('serial,pin\n'.repeat(40))
  const sealed = await all(sealStream(Readable.from([clear]), seal))
  expect(await all(openStream(Readable.from([sealed]), open))).toEqual(clear)
  let refused = 0
  let state = 12_345
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state % below
  }
  for (let n = 0; n < 150; n += 1) {
    const damaged = Buffer.from(sealed)
    if (n % 3 === 0) damaged[random(sealed.length)] = (damaged[random(sealed.length)] ?? 0) ^ (1 + random(255))
    const cutAt = n % 3 === 1 ? random(sealed.length) : sealed.length
    const extra =
      n % 3 === 2
        ? [damaged.subarray(0, random(sealed.length)), damaged.subarray(random(sealed.length))]
        : [damaged.subarray(0, cutAt)]
    const bytes = Buffer.concat(extra)
    if (bytes.equals(sealed)) continue
    // A few bits of a message bear nothing (a number's length in bits): then what is read is what was sealed.
    const read = await all(openStream(Readable.from([bytes]), open)).catch((error: unknown) => error)
    if (read instanceof Buffer) expect([n, read.equals(clear)]).toEqual([n, true])
    else {
      expect(read).toBeInstanceOf(SealError)
      refused += 1
    }
  }
  expect(refused).toBeGreaterThan(120)
  const stranger = await key('stranger')
  const forged = await all(sealStream(Readable.from([Buffer.from('serial,pin\n')]), { ...seal, by: stranger }))
  await expect(all(openStream(Readable.from([forged]), open))).rejects.toBeInstanceOf(SealError)
  await expect(all(openStream(Readable.from([sealed]), { ...open, as: stranger }))).rejects.toBeInstanceOf(SealError)
  const { createMessage, encrypt } = await import('openpgp')
  const unsigned = await encrypt({
    message: await createMessage({ text: 'x' }),
    encryptionKeys: county.toPublic(),
    format: 'binary',
  })
  await expect(all(openStream(Readable.from([Buffer.from(unsigned)]), open))).rejects.toBeInstanceOf(SealError)
  await setImmediate()
  expect(unheard).toEqual([])
})
