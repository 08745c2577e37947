// The word by which the door of the browser phone knows who may call whom, as whom: signed, good for a minute, kept nowhere.

import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/** Who may call from a page. */
export type PhoneAccess = 'public' | 'signedIn' | 'off'

const claims = z.strictObject({
  called: z.string().max(30),
  /** Null where no number is shown. */
  caller: z.string().max(30).nullable(),
  expiresMs: z.number().int(),
})
export type PhoneClaims = z.output<typeof claims>

const goodForMs = 60_000
export const longestPhoneToken = 600

export function signPhoneToken(key: Buffer, call: Omit<PhoneClaims, 'expiresMs'>, nowMs: number): string {
  const text = Buffer.from(JSON.stringify({ ...call, expiresMs: nowMs + goodForMs })).toString('base64url')
  return `${text}.${signature(key, text).toString('base64url')}`
}

/** Null when it is not ours, or too old. */
export function readPhoneToken(key: Buffer, token: string, nowMs: number): PhoneClaims | null {
  const [text = '', signed = ''] = token.split('.')
  const given = Buffer.from(signed, 'base64url')
  const right = signature(key, text)
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null
  const call = claims.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
  return call.expiresMs > nowMs ? call : null
}

function signature(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(`phone ${text}`).digest()
}
