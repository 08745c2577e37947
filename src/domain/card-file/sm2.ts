// SM2 keys as files, and the four things done with them; the curve is sm-crypto-v2's, loaded only when a file is made or read.

import { createHash } from 'node:crypto'
import { refuse } from '../../kernel/refusal.ts'

const library = async () => (await import('sm-crypto-v2')).sm2

export interface Sm2PublicKey {
  scheme: 'sm2'
  /** 04, x, y: 65 bytes. */
  point: Buffer
}

export interface Sm2PrivateKey extends Sm2PublicKey {
  /** 32 bytes. */
  scalar: Buffer
}

/** The fixed DER around a point (SubjectPublicKeyInfo) and around scalar and point (PKCS #8), as OpenSSL writes them. */
const publicHead = Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d034200', 'hex')
const privateHead = Buffer.from('308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420', 'hex')
const pointHead = Buffer.from('a144034200', 'hex')
const scalarBytes = 32
const pointBytes = 65

/** A new key pair as PEM. */
export async function makeSm2KeyPair(): Promise<{ privateKey: string; publicKey: string }> {
  const { generateKeyPairHex } = await library()
  const pair = generateKeyPairHex()
  const key = { scalar: Buffer.from(pair.privateKey, 'hex'), point: Buffer.from(pair.publicKey, 'hex') }
  const privateDer = Buffer.concat([privateHead, key.scalar, pointHead, key.point])
  return { privateKey: pem('PRIVATE KEY', privateDer), publicKey: printSm2PublicKey({ scheme: 'sm2', ...key }) }
}

export async function readSm2PrivateKey(text: string): Promise<Sm2PrivateKey> {
  const der = bytesOf('PRIVATE KEY', text)
  const scalarAt = privateHead.length
  const pointAt = scalarAt + scalarBytes + pointHead.length
  const scalar = der?.subarray(scalarAt, scalarAt + scalarBytes)
  const { getPublicKeyFromPrivateKey } = await library()
  if (!der?.subarray(0, scalarAt).equals(privateHead) || der.length !== pointAt + pointBytes || !scalar) {
    return refuse('badPublicKey', { problem: 'unreadable' })
  }
  const point = Buffer.from(getPublicKeyFromPrivateKey(scalar.toString('hex')), 'hex')
  if (!point.equals(der.subarray(pointAt))) return refuse('badPublicKey', { problem: 'unreadable' })
  return { scheme: 'sm2', scalar: Buffer.from(scalar), point }
}

/** Reads a public key that is a point of the curve; refuses anything else, above all a private key. */
export async function readSm2PublicKey(text: string): Promise<Sm2PublicKey> {
  if (text.includes('PRIVATE KEY')) return refuse('badPublicKey', { problem: 'private' })
  const der = bytesOf('PUBLIC KEY', text)
  const head = publicHead.length
  const fits = der?.length === head + pointBytes && der.subarray(0, head).equals(publicHead) && der[head] === 4
  if (!der || !fits) return refuse('badPublicKey', { problem: 'unreadable' })
  const point = Buffer.from(der.subarray(head))
  const { verifyPublicKey } = await library()
  if (!onCurve(verifyPublicKey, point)) return refuse('badPublicKey', { problem: 'unreadable' })
  return { scheme: 'sm2', point }
}

/** The library throws for some points that are none, and answers for others. */
function onCurve(verify: (point: string) => boolean, point: Buffer): boolean {
  try {
    return verify(point.toString('hex'))
  } catch {
    return false
  }
}

export function printSm2PublicKey({ point }: Sm2PublicKey): string {
  return pem('PUBLIC KEY', Buffer.concat([publicHead, point]))
}

/** The first 20 bytes of SM3 over the public key's DER, in hexadecimal capitals. */
export function sm2Fingerprint({ point }: Sm2PublicKey): string {
  const digest = createHash('sm3')
    .update(Buffer.concat([publicHead, point]))
    .digest()
  return digest.subarray(0, 20).toString('hex').toUpperCase()
}

/** C1 C3 C2 of GM/T 0003.4 for a secret of some bytes: 96 bytes more than it. */
export async function sm2Encrypt(secret: Buffer, to: Sm2PublicKey): Promise<Buffer> {
  const { doEncrypt } = await library()
  return Buffer.from(doEncrypt(secret, to.point.toString('hex'), c1c3c2), 'hex')
}

/** Null when it was not made for this key, or was changed. */
export async function sm2Decrypt(sealed: Buffer, as: Sm2PrivateKey): Promise<Buffer | null> {
  const { doDecrypt } = await library()
  try {
    const clear = doDecrypt(sealed.toString('hex'), as.scalar.toString('hex'), c1c3c2, { output: 'array' })
    return clear.length === 0 ? null : Buffer.from(clear)
  } catch {
    // A point that is not of the curve.
    return null
  }
}

/** r and s, 64 bytes, over the message with the usual user id 1234567812345678 (GM/T 0009). */
export async function sm2Sign(message: Buffer, by: Sm2PrivateKey): Promise<Buffer> {
  const { doSignature } = await library()
  const publicKey = by.point.toString('hex')
  return Buffer.from(doSignature(message, by.scalar.toString('hex'), { hash: true, publicKey }), 'hex')
}

export async function sm2Verify(message: Buffer, signature: Buffer, by: Sm2PublicKey): Promise<boolean> {
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)].map(half => half.toString('hex'))
  // The library takes r and s modulo the order: only their one proper form is a signature.
  const proper = (half = '') => half.length === 64 && half > '0'.repeat(64) && half < order
  if (!proper(r) || !proper(s)) return false
  const { doVerifySignature } = await library()
  try {
    return doVerifySignature(message, signature.toString('hex'), by.point.toString('hex'), { hash: true })
  } catch {
    return false
  }
}

const order = 'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123'
const c1c3c2 = 1

function pem(title: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${title}-----\n${lines.join('\n')}\n-----END ${title}-----\n`
}

function bytesOf(title: string, text: string): Buffer | null {
  const [, body] =
    new RegExp(`^\\s*-----BEGIN ${title}-----([A-Za-z0-9+/=\\s]{1,2000})-----END ${title}-----\\s*$`).exec(text) ?? []
  return body === undefined ? null : Buffer.from(body, 'base64')
}
