// Cuts a byte stream into SIP messages by Content-Length, in linear time and bounded memory.
import { Buffer } from 'node:buffer'
import { MAX_BODY_BYTES, MAX_HEAD_BYTES } from './limits.ts'
import { findHeadEnd } from './parse.ts'
import { parseDecimal } from './scan.ts'

const CAPACITY = MAX_HEAD_BYTES + MAX_BODY_BYTES + 4

export interface Framer {
  /**
   * Takes a chunk; hands over each whole message (valid during the call only) and each keep-alive (an empty line pair
   * between messages). Returns what is wrong with the stream, after which nothing on it can be trusted, or null.
   * `onMessage` returns false when it wants no more of this stream.
   */
  push(chunk: Uint8Array, onMessage: (bytes: Buffer) => boolean, onKeepAlive: () => void): string | null
}

function contentLength(head: string): number | null {
  let length: number | null = null
  for (let at = head.indexOf('\n') + 1; at > 0 && at < head.length; ) {
    const newline = head.indexOf('\n', at)
    const line = head.slice(at, newline < 0 ? head.length : newline)
    at = newline < 0 ? head.length : newline + 1
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon)).trimEnd().toLowerCase()
    if (name !== 'content-length' && name !== 'l') continue
    if (length !== null) return null
    length = parseDecimal(line.slice(colon + 1).trim(), 6)
    if (length === null) return null
  }
  return length
}

export function createFramer(): Framer {
  let buffer = Buffer.alloc(2_048)
  /** What is not taken yet lies from here ... */
  let start = 0
  /** ... to here. */
  let used = 0
  /** How much of it was looked through for the end of the head. */
  let scanned = 0
  /** The whole length of the message at the front, once its head is complete. */
  let wanted: number | null = null

  function skipEmptyLines(onKeepAlive: () => void): void {
    const before = start
    while (start < used && (buffer[start] === 13 || buffer[start] === 10)) start++
    if (start > before) scanned = 0
    if (start - before >= 4) onKeepAlive()
  }

  /** A string: what is wrong; null: the length is known; undefined: more has to come. */
  function measure(): string | null | undefined {
    const rest = buffer.subarray(start, used)
    const end = findHeadEnd(rest, scanned)
    if (end === null) {
      scanned = Math.max(0, rest.length - 3)
      return rest.length > MAX_HEAD_BYTES ? 'the head is too long' : undefined
    }
    if (end.headEnd > MAX_HEAD_BYTES) return 'the head is too long'
    const length = contentLength(rest.toString('latin1', 0, end.headEnd))
    if (length === null) return 'no usable Content-Length'
    if (length > MAX_BODY_BYTES) return 'the body is too long'
    wanted = end.bodyStart + length
    scanned = 0
    return null
  }

  function drain(onMessage: (bytes: Buffer) => boolean, onKeepAlive: () => void): string | null {
    for (;;) {
      if (wanted === null) {
        skipEmptyLines(onKeepAlive)
        const problem = measure()
        if (typeof problem === 'string') return problem
        if (problem === undefined) return null
      }
      if (wanted === null || used - start < wanted) return null
      const message = buffer.subarray(start, start + wanted)
      start += wanted
      wanted = null
      if (!onMessage(message)) return 'nobody listens'
    }
  }

  /** Room for as many bytes more; moves what is left to the front once, however many messages were taken. */
  function makeRoom(bytes: number): void {
    const left = used - start
    const room = Math.min(CAPACITY, Math.max(buffer.length, left + bytes))
    if (used + bytes > buffer.length || room > buffer.length) {
      const target = room > buffer.length ? Buffer.alloc(Math.min(CAPACITY, Math.max(2 * buffer.length, room))) : buffer
      buffer.copy(target, 0, start, used)
      buffer = target
      start = 0
      used = left
    }
  }

  return {
    push(chunk, onMessage, onKeepAlive) {
      for (let taken = 0; taken < chunk.length; ) {
        const part = chunk.subarray(taken, taken + CAPACITY - (used - start))
        makeRoom(part.length)
        buffer.set(part, used)
        used += part.length
        taken += part.length
        const problem = drain(onMessage, onKeepAlive)
        if (problem !== null) return problem
      }
      return null
    },
  }
}
