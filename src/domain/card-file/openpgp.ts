// OpenPGP for card files: streams in, streams out, the library loaded only when a file is made or read.

import type { PrivateKey, PublicKey } from 'openpgp'
import { refuse } from '../../kernel/refusal.ts'
import { maxClearBytes, SealError, SignatureError } from './seal-error.ts'

export type { PrivateKey, PublicKey } from 'openpgp'
export { SealError } from './seal-error.ts'

const library = () => import('openpgp')

/** A new signing and encryption key pair, armored, without passphrase: the folder that keeps it is the lock. */
export async function makeKeyPair(name: string): Promise<{ privateKey: string; publicKey: string }> {
  const { generateKey } = await library()
  const { privateKey, publicKey } = await generateKey({ userIDs: [{ name }], format: 'armored' })
  return { privateKey, publicKey }
}

export async function readPrivateKey(armored: string): Promise<PrivateKey> {
  const { readPrivateKey: read } = await library()
  return read({ armoredKey: armored })
}

/** Reads a public key that can receive and sign; refuses anything else, above all a private key. */
export async function readPublicKey(armored: string, now: Date): Promise<PublicKey> {
  const { readKey } = await library()
  const key = await readKey({ armoredKey: armored }).catch(() => refuse('badPublicKey', { problem: 'unreadable' }))
  if (key.isPrivate()) return refuse('badPublicKey', { problem: 'private' })
  await key.getEncryptionKey(undefined, now).catch(() => refuse('badPublicKey', { problem: 'cannotEncrypt' }))
  await key.getSigningKey(undefined, now).catch(() => refuse('badPublicKey', { problem: 'cannotSign' }))
  return key
}

/** The fingerprint as people compare it: groups of four, in capitals. */
export function printedFingerprint(key: PublicKey): string {
  return (key.getFingerprint().toUpperCase().match(/.{4}/g) ?? []).join(' ')
}

export interface SealSettings {
  to: PublicKey
  by: PrivateKey
}

/** Signs and encrypts while the clear text is produced; nothing of it is kept. */
export async function* sealStream(clear: AsyncIterable<Buffer>, { to, by }: SealSettings): AsyncGenerator<Uint8Array> {
  const { createMessage, encrypt } = await library()
  const source = watched(clear)
  const message = await createMessage({ binary: webStream(source.bytes) })
  for await (const chunk of chunksOf(
    await encrypt({ message, encryptionKeys: to, signingKeys: by, format: 'binary' }),
  )) {
    // Before the bytes that would end the message: what was written so far can never be taken for a whole one.
    source.rethrow()
    yield chunk
  }
  source.rethrow()
}

export interface OpenSettings {
  as: PrivateKey
  by: PublicKey
  /** How long the library may do nothing with bytes it has; some damaged files make it wait for ever. */
  stallMs?: number
}

const defaultStallMs = 10_000

/**
 * Decrypts to clear text. The iteration ends without error only if the signature over all of it is `by`'s; what came
 * before the end is not yet proven. Fails with SealError, or with what the source failed with.
 */
export async function* openStream(sealed: AsyncIterable<Uint8Array>, keys: OpenSettings): AsyncGenerator<Buffer> {
  const source = watched(sealed)
  const chunks = opened(webStream(source.bytes), keys)
  let stalled = false
  try {
    for (;;) {
      const next = await withinStall(chunks.next(), source, keys.stallMs ?? defaultStallMs)
      source.rethrow()
      if (next.done) return
      yield next.value
    }
  } catch (error) {
    source.rethrow()
    stalled = error instanceof StallError
    throw error instanceof SealError ? error : new SealError('not opened', { cause: error })
  } finally {
    // A generator that waits for ever cannot be ended: it is left to be forgotten, and its source is closed.
    if (stalled) await source.close()
    else await chunks.return(undefined)
  }
}

class StallError extends SealError {}

/** Fails when nothing is read and nothing comes for this long; a thread that was busy elsewhere is given its time. */
async function withinStall<T>(next: Promise<T>, source: Watched, stallMs: number): Promise<T> {
  const ticks = 10
  let idleTicks = 0
  let seen = source.reads()
  let timer: NodeJS.Timeout | undefined
  const stall = new Promise<never>((_resolve, reject) => {
    timer = setInterval(() => {
      idleTicks = source.reading() || source.reads() !== seen ? 0 : idleTicks + 1
      seen = source.reads()
      if (idleTicks >= ticks) reject(new StallError('the library waits for ever'))
    }, stallMs / ticks)
  })
  next.catch(() => {})
  try {
    return await Promise.race([next, stall])
  } finally {
    clearInterval(timer)
  }
}

async function* opened(sealed: ReadableStream<Uint8Array>, { as, by }: OpenSettings): AsyncGenerator<Buffer> {
  const { readMessage, decrypt } = await library()
  const { data, signatures } = await decrypt({
    message: await readMessage({ binaryMessage: sealed }),
    decryptionKeys: as,
    verificationKeys: by,
    format: 'binary',
    // Else the whole message would be held in memory until its end: the reader takes care of that by reading twice.
    config: { allowUnauthenticatedStream: true, maxDecompressedMessageSize: maxClearBytes },
  })
  for (const signature of signatures) signature.verified.catch(() => {})
  let bytes = 0
  for await (const chunk of chunksOf(data)) {
    bytes += chunk.length
    if (bytes > maxClearBytes) throw new SealError('longer than a million cards need')
    yield Buffer.from(chunk)
  }
  if (signatures.length === 0) throw new SignatureError()
  for (const { verified } of signatures) {
    await verified.catch(error => Promise.reject(new SignatureError({ cause: error })))
  }
}

/**
 * Ends a source that fails as if it were over, and keeps the failure for whoever reads at the other end: handed through
 * the library it would be rejected there in places where nobody listens, which ends a process.
 */
function watched(bytes: AsyncIterable<Uint8Array>) {
  const source = bytes[Symbol.asyncIterator]()
  let failure: { error: unknown } | null = null
  let reads = 0
  let reading = false
  async function* pass() {
    try {
      for (;;) {
        reading = true
        const next = await source.next()
        reading = false
        reads += 1
        if (next.done) return
        yield next.value
      }
    } catch (error) {
      failure = { error }
    } finally {
      reading = false
      await source.return?.()
    }
  }
  return {
    bytes: pass(),
    rethrow() {
      if (failure) throw failure.error
    },
    reads: () => reads,
    reading: () => reading,
    async close() {
      await source.return?.()
    },
  }
}
type Watched = ReturnType<typeof watched>

function webStream(bytes: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const source = bytes[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await source.next()
      if (next.done) controller.close()
      else controller.enqueue(next.value)
    },
    async cancel() {
      await source.return?.()
    },
  })
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const next = await reader.read()
      if (next.done) return
      yield next.value
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}
