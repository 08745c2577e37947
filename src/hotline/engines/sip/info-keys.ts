// Keys in the body of a SIP INFO: `application/dtmf-relay` (Signal=5) and `application/dtmf` (5).
import { Buffer } from 'node:buffer'
import type { Key } from '../../line.ts'
import { contentTypeOf, type Header, headerOf, type SipRequest } from './message.ts'

const KEYS: readonly Key[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#']
const MAX_INFO_KEY_BODY = 256

/** The key of an event number 0–11 (RFC 4733 table 3, also used by some INFO senders); null for A–D and the rest. */
export function keyOfEvent(event: number): Key | null {
  return KEYS[event] ?? null
}

export function eventOfKey(key: Key): number {
  return KEYS.indexOf(key)
}

function keyOfText(text: string): Key | null {
  const trimmed = text.trim()
  return KEYS.find(key => key === trimmed) ?? (trimmed === '10' ? '*' : trimmed === '11' ? '#' : null)
}

/** `key` is null for a signal that is no key (A–D, hook flash); the whole is null when the body is no key report. */
export function readInfoKey(info: SipRequest): { key: Key | null } | null {
  const type = contentTypeOf(info)
  if (info.body.length > MAX_INFO_KEY_BODY) return null
  const text = Buffer.from(info.body).toString('latin1')
  if (type === 'application/dtmf') return { key: keyOfText(text) }
  if (type !== 'application/dtmf-relay') return null
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=')
    if (line.slice(0, Math.max(0, equals)).trim().toLowerCase() === 'signal')
      return { key: keyOfText(line.slice(equals + 1)) }
  }
  return { key: null }
}

/** The status an INFO with or without a key is answered by, and the key. */
export function answerToInfo(info: SipRequest): { status: 200 | 415 | 469; headers: Header[]; key: Key | null } {
  if (headerOf(info, 'info-package') !== null) return { status: 469, headers: [], key: null }
  const read = readInfoKey(info)
  if (read !== null || info.body.length === 0) return { status: 200, headers: [], key: read?.key ?? null }
  const accept = { name: 'accept', value: 'application/dtmf-relay, application/dtmf' }
  return { status: 415, headers: [accept], key: null }
}
