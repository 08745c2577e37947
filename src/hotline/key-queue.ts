// The keys of one call in the order they were pressed: typed ahead they wait here, and a dialogue takes them one by one.

import { HangUp, type Key, type ReleaseCause } from './line.ts'

/** More keys than a whole recharge typed ahead; what comes after them is lost. */
const mostWaiting = 64

export interface KeyQueue {
  press(key: Key): void
  /** Whether a key is there to be taken at once. */
  isWaiting(): boolean
  /** The next key; null when none was pressed in time. */
  next(timeoutMs: number): Promise<Key | null>
  /** Forgets what was typed ahead. */
  clear(): void
  /** The entry has ended by itself: a `#` pressed next is part of it and is dropped. */
  dropHash(): void
  /** Told of every key from now on, until the returned function is called. */
  onPress(listener: () => void): () => void
  /** The call is over: whoever waits, now or later, gets HangUp. */
  end(cause: ReleaseCause): void
}

interface Waiter {
  resolve(key: Key | null): void
  reject(error: HangUp): void
}

export function createKeyQueue(): KeyQueue {
  const keys: Key[] = []
  const listeners = new Set<() => void>()
  let waiter: Waiter | null = null
  let hashIsDropped = false
  let ended: ReleaseCause | null = null

  return {
    press(key) {
      const dropped = hashIsDropped && key === '#'
      hashIsDropped = false
      if (dropped || ended !== null) return
      if (waiter) waiter.resolve(key)
      else if (keys.length < mostWaiting) keys.push(key)
      for (const listener of listeners) listener()
    },
    isWaiting: () => keys.length > 0,
    next(timeoutMs) {
      if (ended !== null) return Promise.reject(new HangUp(ended))
      const first = keys.shift()
      if (first !== undefined) return Promise.resolve(first)
      return new Promise((resolve, reject) => {
        const over = () => {
          clearTimeout(timer)
          waiter = null
        }
        const timer = setTimeout(() => {
          over()
          resolve(null)
        }, timeoutMs)
        waiter = {
          resolve(key) {
            over()
            resolve(key)
          },
          reject(error) {
            over()
            reject(error)
          },
        }
      })
    },
    clear() {
      keys.length = 0
    },
    dropHash() {
      if (keys[0] === '#') keys.shift()
      else hashIsDropped = keys.length === 0
    },
    onPress(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    end(cause) {
      ended ??= cause
      waiter?.reject(new HangUp(ended))
    },
  }
}
