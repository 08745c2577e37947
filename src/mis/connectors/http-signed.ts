// Signed headers of an outgoing message, and the check of an answer's signature.

import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { ConnectorSettings } from '../connector.ts'
import {
  canonicalRequest,
  canonicalResponse,
  digestOf,
  replayWindowMs,
  sameText,
  sign,
  signatureHeaders,
} from '../wire/signature.ts'
import { instantOf, parseInstant } from '../wire/time.ts'

export interface SignedMessage {
  nonce: string
  headers: Record<string, string>
}

export function signMessage(settings: ConnectorSettings, path: string, body: Uint8Array): SignedMessage {
  const { channelId, keyId, signature, key } = settings
  const [nonce, time] = [randomBytes(16).toString('hex'), instantOf(settings.now())]
  const digest = digestOf(signature, body)
  const canonical = canonicalRequest({ method: 'POST', path, query: '', channelId, keyId, time, nonce, digest })
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    [signatureHeaders.channel]: channelId,
    [signatureHeaders.key]: keyId,
    [signatureHeaders.time]: time,
    [signatureHeaders.nonce]: nonce,
    [signatureHeaders.digest]: digest,
    [signatureHeaders.sign]: sign(signature, key, canonical),
  }
  return { nonce, headers }
}

export interface SignedAnswer {
  path: string
  /** Of the request. */
  nonce: string
  status: number
  headers: IncomingHttpHeaders
  body: Uint8Array
}

/** `untimely`: rightly signed and with our nonce, but by a clock far from ours. */
export function checkAnswer(settings: ConnectorSettings, answer: SignedAnswer): 'valid' | 'untimely' | 'invalid' {
  const header = (name: keyof typeof signatureHeaders) => {
    const value = answer.headers[signatureHeaders[name]]
    return typeof value === 'string' ? value : ''
  }
  const { path, nonce, status } = answer
  const digest = digestOf(settings.signature, answer.body)
  const time = header('time')
  const canonical = canonicalResponse({ status, path, nonce, time, digest })
  const right =
    sameText(header('nonce'), nonce) &&
    sameText(header('digest'), digest) &&
    sameText(header('sign'), sign(settings.signature, settings.key, canonical))
  if (!right) return 'invalid'
  const at = parseInstant(time)
  return at !== undefined && Math.abs(at - settings.now()) <= replayWindowMs ? 'valid' : 'untimely'
}
