// The keys of a call as typed on the command line: entries separated by commas, each sent when the hotline listens.
import type { Key } from '../line.ts'

export interface KeyEntry {
  readonly keys: readonly Key[]
  /** Sent at once instead of waiting for the prompt to end. */
  readonly interrupts: boolean
  /** Never shown. */
  readonly secret: boolean
}

const KEYS: readonly Key[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#']
const MAX_ENTRIES = 200
const MAX_KEYS = 64

/** `1,001300000120#,!2`: an exclamation mark interrupts the prompt. Throws an Error that can be shown to the user. */
export function parseEntries(text: string, secretEntries: readonly number[] = []): KeyEntry[] {
  if (text.trim() === '') return []
  const parts = text.split(',')
  if (parts.length > MAX_ENTRIES) throw new Error(`more than ${MAX_ENTRIES} entries of keys`)
  return parts.map((part, index) => {
    const trimmed = part.trim()
    const interrupts = trimmed.startsWith('!')
    const digits = [...(interrupts ? trimmed.slice(1) : trimmed)]
    if (digits.length > MAX_KEYS) throw new Error(`entry ${index + 1} has more than ${MAX_KEYS} keys`)
    const keys = digits.map(digit => {
      const key = KEYS.find(known => known === digit)
      // The entry may be a PIN: the message must not repeat it.
      if (key === undefined) throw new Error(`entry ${index + 1} has something else than 0-9, * and #`)
      return key
    })
    return { keys, interrupts, secret: secretEntries.includes(index) }
  })
}
