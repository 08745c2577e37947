// The envelope of commercial cryptography for card files: SM2 for keys and signature, SM4 and SM3 for the stream.
//
// `dianka sm2-sm4 1` and a line feed; 144 bytes SM2 ciphertext (C1 C3 C2) of a fresh SM4 key (16) and a fresh key of
// HMAC-SM3 (32); then frames. A frame is a length of 4 bytes (the highest bit marks the last frame), so many bytes of
// the one SM4-CTR stream (counter from zero), and HMAC-SM3 over the frame's number (8 bytes), its length and its bytes.
// The last frame holds the signature, r and s: SM2 over the first line, the receiver's public point and SM3 of all the
// clear text. So a frame changed, moved, left out or put in is seen before it is opened, and a file cut short has no
// last frame. docs/card-files.md tells it to manufacturers.

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  type Hash,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { maxClearBytes, SealError, SignatureError } from './seal-error.ts'
import { type Sm2PrivateKey, type Sm2PublicKey, sm2Decrypt, sm2Encrypt, sm2Sign, sm2Verify } from './sm2.ts'

const firstLine = Buffer.from('dianka sm2-sm4 1\n')
const sm4KeyBytes = 16
const macKeyBytes = 32
const wrappedBytes = 96 + sm4KeyBytes + macKeyBytes
const macBytes = 32
const signatureBytes = 64
const mostFrameBytes = 65_536
const lastFrame = 0x80_00_00_00
/** Fresh keys for every file: the counter may begin at zero. */
const zeroCounter = Buffer.alloc(16)

interface Keys {
  sm4: Buffer
  mac: Buffer
}

/** Signs and encrypts while the clear text is produced; nothing of it is kept. */
export async function* sealSm(
  clear: AsyncIterable<Buffer>,
  { to, by }: { to: Sm2PublicKey; by: Sm2PrivateKey },
): AsyncGenerator<Uint8Array> {
  const secret = randomBytes(sm4KeyBytes + macKeyBytes)
  const keys = keysOf(secret)
  yield Buffer.concat([firstLine, await sm2Encrypt(secret, to)])
  const cipher = createCipheriv('sm4-ctr', keys.sm4, zeroCounter)
  const digest = createHash('sm3')
  let frameNo = 0
  for await (const chunk of clear) {
    digest.update(chunk)
    for (let from = 0; from < chunk.length; from += mostFrameBytes) {
      const bytes = cipher.update(chunk.subarray(from, from + mostFrameBytes))
      yield frame(keys, frameNo, bytes, 0)
      frameNo += 1
    }
  }
  const signature = await sm2Sign(signedText(to, digest), by)
  yield frame(keys, frameNo, cipher.update(signature), lastFrame)
}

/**
 * Decrypts to clear text. The iteration ends without error only if the signature over all of it is `by`'s; what came
 * before the end is not yet proven. Fails with SealError, or with what the source failed with.
 */
export async function* openSm(
  sealed: AsyncIterable<Uint8Array>,
  { as, by }: { as: Sm2PrivateKey; by: Sm2PublicKey },
): AsyncGenerator<Buffer> {
  const source = sealed[Symbol.asyncIterator]()
  try {
    const take = taker(source)
    const head = await take(firstLine.length + wrappedBytes)
    if (!head?.subarray(0, firstLine.length).equals(firstLine)) throw new SealError('not an SM file')
    const secret = await sm2Decrypt(head.subarray(firstLine.length), as)
    if (secret?.length !== sm4KeyBytes + macKeyBytes) throw new SealError('for another key')
    yield* openFrames(take, keysOf(secret), { as, by })
  } finally {
    await source.return?.()
  }
}

async function* openFrames(
  take: Take,
  keys: Keys,
  { as, by }: { as: Sm2PublicKey; by: Sm2PublicKey },
): AsyncGenerator<Buffer> {
  const decipher = createDecipheriv('sm4-ctr', keys.sm4, zeroCounter)
  const digest = createHash('sm3')
  let clearBytes = 0
  for (let frameNo = 0; ; frameNo += 1) {
    const head = await take(4)
    const length = (head?.readUInt32BE(0) ?? 0) & ~lastFrame
    if (!head || length === 0 || length > mostFrameBytes) throw new SealError('not a frame')
    const rest = await take(length + macBytes)
    if (!rest) throw new SealError('cut short')
    const bytes = rest.subarray(0, length)
    if (!timingSafeEqual(rest.subarray(length), frameMac(keys, frameNo, head, bytes))) {
      throw new SealError('a frame was changed')
    }
    const clear = decipher.update(bytes)
    if (head.readUInt32BE(0) >= lastFrame) {
      if (length !== signatureBytes || (await take(1)) !== null) throw new SealError('more after the end')
      if (await sm2Verify(signedText(as, digest), clear, by)) return
      throw new SignatureError()
    }
    clearBytes += length
    if (clearBytes > maxClearBytes) throw new SealError('longer than a million cards need')
    digest.update(clear)
    yield clear
  }
}

/** What is signed names the receiver: a file cannot be sealed anew for another under the same signature. */
function signedText(to: Sm2PublicKey, digest: Hash): Buffer {
  return Buffer.concat([firstLine, to.point, digest.digest()])
}

function keysOf(secret: Buffer): Keys {
  return { sm4: secret.subarray(0, sm4KeyBytes), mac: secret.subarray(sm4KeyBytes) }
}

function frame(keys: Keys, frameNo: number, bytes: Buffer, mark: number): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(mark + bytes.length)
  return Buffer.concat([head, bytes, frameMac(keys, frameNo, head, bytes)])
}

function frameMac(keys: Keys, frameNo: number, head: Buffer, bytes: Buffer): Buffer {
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(frameNo))
  return createHmac('sm3', keys.mac).update(number).update(head).update(bytes).digest()
}

/** The next so many bytes, or null where the source ends before them. */
type Take = (length: number) => Promise<Buffer | null>

function taker(source: AsyncIterator<Uint8Array>): Take {
  let parts: Uint8Array[] = []
  let held = 0
  return async length => {
    while (held < length) {
      const next = await source.next()
      if (next.done) return null
      parts.push(next.value)
      held += next.value.length
    }
    const all = Buffer.concat(parts)
    parts = [all.subarray(length)]
    held -= length
    return all.subarray(0, length)
  }
}
