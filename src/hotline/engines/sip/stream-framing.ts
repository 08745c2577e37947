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
   */
  push(chunk: Uint8Array, onMessage: (bytes: Buffer) => void, onKeepAlive: () => void): string | null
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
  let used = 0
  let scanned = 0
  /** The whole length of the message at the front, once its head is complete. */
  let wanted: number | null = null

  function skipEmptyLines(onKeepAlive: () => void): void {
    let start = 0
    while (start < used && (buffer[start] === 13 || buffer[start] === 10)) start++
    if (start === 0) return
    if (start >= 4) onKeepAlive()
    buffer.copyWithin(0, start, used)
    used -= start
  }

  function drain(onMessage: (bytes: Buffer) => void, onKeepAlive: () => void): string | null {
    let front = 0
    for (;;) {
      if (wanted === null) {
        if (front > 0) buffer.copyWithin(0, front, used)
        used -= front
        front = 0
        skipEmptyLines(onKeepAlive)
        const end = findHeadEnd(buffer.subarray(0, used), scanned)
        if (end === null) {
          scanned = Math.max(0, used - 3)
          return used > MAX_HEAD_BYTES ? 'the head is too long' : null
        }
        if (end.headEnd > MAX_HEAD_BYTES) return 'the head is too long'
        const length = contentLength(buffer.toString('latin1', 0, end.headEnd))
        if (length === null) return 'no usable Content-Length'
        if (length > MAX_BODY_BYTES) return 'the body is too long'
        wanted = end.bodyStart + length
        scanned = 0
      }
      if (used < wanted) return null
      onMessage(buffer.subarray(0, wanted))
      front = wanted
      wanted = null
    }
  }

  return {
    push(chunk, onMessage, onKeepAlive) {
      for (let taken = 0; taken < chunk.length; ) {
        const part = chunk.subarray(taken, taken + CAPACITY - used)
        if (used + part.length > buffer.length) {
          const larger = Buffer.alloc(Math.min(CAPACITY, Math.max(2 * buffer.length, used + part.length)))
          buffer.copy(larger, 0, 0, used)
          buffer = larger
        }
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
