// Signature and replay checks of a message that came over HTTP, in the order the profile demands.

import type { IncomingHttpHeaders } from 'node:http'
import {
  canonicalRequest,
  digestOf,
  nonceKeptMs,
  replayWindowMs,
  type SignatureKind,
  sameText,
  sign,
  signatureHeaders,
} from '../wire/signature.ts'
import { parseInstant } from '../wire/time.ts'
import type { Store } from './store.ts'

/** A collecting partner; two entries with one channelId while its key is being changed. */
export interface Channel {
  channelId: string
  keyId: string
  key: Buffer
  signature: SignatureKind
}

export interface HttpMessage {
  path: string
  query: string
  headers: IncomingHttpHeaders
  body: Buffer
}

export interface Verified {
  channel: Channel
  nonce: string
  timeMs: number | undefined
  /** Whether the signature was right. */
  right: boolean
}

/** Undefined when no key is known with which an answer could be signed. */
export function verifySignature(channels: readonly Channel[], message: HttpMessage): Verified | undefined {
  const header = (name: keyof typeof signatureHeaders) => {
    const value = message.headers[signatureHeaders[name]]
    return typeof value === 'string' ? value : ''
  }
  const [channelId, keyId, nonce, time] = [header('channel'), header('key'), header('nonce'), header('time')]
  const channel = channels.find(one => one.channelId === channelId && one.keyId === keyId)
  if (!channel) return undefined
  const { path, query } = message
  const digest = digestOf(channel.signature, message.body)
  const canonical = canonicalRequest({ method: 'POST', path, query, channelId, keyId, time, nonce, digest })
  const right =
    /^[0-9a-f]{32}$/.test(nonce) &&
    sameText(header('digest'), digest) &&
    sameText(header('sign'), sign(channel.signature, channel.key, canonical))
  return { channel, nonce, timeMs: parseInstant(time), right }
}

const cleanEvery = 1_000

/** Remembers nonces in the database, so that a restart lets no old message in again. */
export function createReplayGuard(store: Store) {
  let sinceCleaned = 0
  return {
    /** Whether the message is of now and was not seen before. */
    async isFresh({ channel, nonce, timeMs }: Verified, nowMs: number): Promise<boolean> {
      if (timeMs === undefined || Math.abs(timeMs - nowMs) > replayWindowMs) return false
      sinceCleaned += 1
      if (sinceCleaned >= cleanEvery) {
        sinceCleaned = 0
        // What lies ahead was seen before the clock was set back.
        await store.notes.query('delete from nonce where at not between $1 and $2', [
          nowMs - nonceKeptMs,
          nowMs + nonceKeptMs,
        ])
      }
      const { rowCount } = await store.notes.query({
        name: 'nonce',
        text: `insert into nonce as n (channel_id, nonce, at) values ($1, $2, $3)
         on conflict (channel_id, nonce) do update set at = excluded.at where n.at not between $4 and $5`,
        values: [channel.channelId, nonce, nowMs, nowMs - nonceKeptMs, nowMs + nonceKeptMs],
      })
      return rowCount === 1
    },
  }
}
