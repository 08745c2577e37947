// Signatures of profiles 1 and 2: a digest of the raw body, and an HMAC over the canonical string.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export type SignatureKind = 'hmac-sha256' | 'hmac-sm3'

export const signatureHeaders = {
  channel: 'x-mis-channel',
  key: 'x-mis-key',
  time: 'x-mis-time',
  nonce: 'x-mis-nonce',
  digest: 'x-mis-digest',
  sign: 'x-mis-sign',
} as const

/** How far the two clocks may be apart, and how long a nonce is remembered. */
export const replayWindowMs = 300_000
export const nonceKeptMs = 600_000

const hashOf = (kind: SignatureKind) => (kind === 'hmac-sm3' ? 'sm3' : 'sha256')

export function digestOf(kind: SignatureKind, body: Uint8Array): string {
  return createHash(hashOf(kind)).update(body).digest('hex')
}

export interface RequestParts {
  method: string
  path: string
  query: string
  channelId: string
  keyId: string
  time: string
  nonce: string
  digest: string
}

export interface ResponseParts {
  status: number
  path: string
  /** The request's. */
  nonce: string
  time: string
  digest: string
}

export function canonicalRequest(parts: RequestParts): string {
  const { method, path, query, channelId, keyId, time, nonce, digest } = parts
  return [method, path, query, channelId, keyId, time, nonce, digest].join('\n')
}

export function canonicalResponse(parts: ResponseParts): string {
  const { status, path, nonce, time, digest } = parts
  return [String(status).padStart(3, '0'), path, nonce, time, digest].join('\n')
}

export function sign(kind: SignatureKind, key: Uint8Array, canonical: string): string {
  return createHmac(hashOf(kind), key).update(canonical).digest('hex')
}

/** In constant time for texts of one length; the length is no secret. */
export function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
