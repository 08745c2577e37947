// Lets every key through once, although a telephone may report it in two or three ways at the same time.
import type { Key } from '../../line.ts'

export type KeyWay = 'rfc4733' | 'info' | 'inband'

export interface KeyGate {
  /** `atMs` is when the key was recognised. */
  accepts(key: Key, way: KeyWay, atMs: number): boolean
}

/** The same key by another way within this time is the same press. */
const SAME_PRESS_MS = 400

export function createKeyGate(): KeyGate {
  let last: { key: Key; way: KeyWay; atMs: number } | null = null
  let eventsSeen = false
  return {
    accepts(key, way, atMs) {
      if (way === 'rfc4733') eventsSeen = true
      if (way === 'inband' && eventsSeen) return false
      if (last !== null && last.key === key && last.way !== way && atMs - last.atMs < SAME_PRESS_MS) return false
      last = { key, way, atMs }
      return true
    },
  }
}
