// What a clerk types or scans in the box of range entry (号段录入), read into a range; pure, one function for all forms.

import { quantityOf, type SerialRange } from './range.ts'
import { defaultNumberDigits, passesLuhn, readSerial, storedSerial } from './serial.ts'

/**
 * Why it is no range: nothing known, a wrong length, a wrong check digit, another county's, no such number, a label whose
 * count does not fit its cards, more cards than a document takes, the paper of a document.
 */
export type EntryProblem = 'unknown' | 'length' | 'checkDigit' | 'foreign' | 'number' | 'count' | 'tooMany' | 'document'

export type Entry =
  | { range: SerialRange /** The last came before the first. */; swapped: boolean; label: string | null }
  | { problem: EntryProblem }

export interface EntryContext {
  countyId: number
  /** The card scanned before, for `…400` alone. */
  first?: number | undefined
}

const mostCards = 1_000_000
const numbers = 10 ** defaultNumberDigits

/**
 * Forms: a card (`001300000120`, `00000120`), first and last (`00000120–00000400`, also `-`, `~`, `至`, a tab), start and
 * count (`00000120+100`), last digits completed upward from the first (`00000120…400`, `…400` after a first card), and a
 * box label (`first|last|count|batch`).
 */
export function readEntry(entered: string, context: EntryContext): Entry {
  const text = entered.normalize('NFKC').trim()
  if (/^[A-Z]{2}\d{18,22}$/.test(text)) return { problem: 'document' }
  const label = text.split('|')
  if (label.length > 1) return readLabel(label, context)
  const counted = /^([\d\s-]+)\+\s*(\d{1,8})$/.exec(text)
  if (counted) return count(card(counted[1] ?? '', context), Number(counted[2]))
  // NFKC has made three dots of an ellipsis.
  const completed = /^([\d\s-]*)(?:[-–—~至])?\.{2,3}\s*(\d{1,8})$/.exec(text)
  if (completed) return complete(completed[1] ?? '', completed[2] ?? '', context)
  const pair = text.split(/\s*[–—―−~〜至\t]\s*/)
  if (pair.length === 2) return between(pair[0] ?? '', pair[1] ?? '', context)
  return single(text, context)
}

/** A card, or two with a plain hyphen between them; hyphens and spaces inside a serial mean nothing. */
function single(text: string, context: EntryContext): Entry {
  const [left = '', right = '', ...more] = text.split('-').map(digitsOf)
  const isCard = (part: string) => part.length === defaultNumberDigits || part.length === printedDigits
  if (more.length === 0 && right !== '' && isCard(left)) return between(left, right, context)
  const only = card(text, context)
  return 'problem' in only ? only : rangeOf(only.serial, only.serial)
}

/** The second part may be a card, or the last digits of one. */
function between(left: string, right: string, context: EntryContext): Entry {
  const first = card(left, context)
  if ('problem' in first) return first
  const digits = digitsOf(right)
  if (/^\d+$/.test(digits) && digits.length < defaultNumberDigits) return upward(first.serial, digits)
  const last = card(right, context)
  return 'problem' in last ? last : rangeOf(first.serial, last.serial)
}

function complete(left: string, digits: string, context: EntryContext): Entry {
  if (digitsOf(left) !== '') return between(left, digits, context)
  if (context.first === undefined) return { problem: 'unknown' }
  return upward(context.first, digits)
}

/** The nearest number from the first on that ends with these digits. */
function upward(first: number, digits: string): Entry {
  const scale = 10 ** digits.length
  const last = first - (first % scale) + Number(digits)
  return inCounty(first, last < first ? last + scale : last)
}

function count(first: Card, quantity: number): Entry {
  if ('problem' in first) return first
  if (quantity === 0) return { problem: 'count' }
  return inCounty(first.serial, first.serial + quantity - 1)
}

/** Counting up must not run into the next county's numbers. */
function inCounty(first: number, last: number): Entry {
  return Math.floor(first / numbers) === Math.floor(last / numbers) ? rangeOf(first, last) : { problem: 'number' }
}

function readLabel(parts: readonly string[], context: EntryContext): Entry {
  const [left = '', right = '', quantity = '', batch = ''] = parts.map(part => part.trim())
  if (parts.length !== 4 || !/^\d{1,7}$/.test(quantity)) return { problem: 'unknown' }
  const [first, last] = [card(left, context), card(right, context)]
  if ('problem' in first) return first
  if ('problem' in last) return last
  const entry = rangeOf(first.serial, last.serial)
  if ('problem' in entry) return entry
  return quantityOf(entry.range) === Number(quantity) ? { ...entry, label: batch } : { problem: 'count' }
}

type Card = { serial: number } | { problem: EntryProblem }

const printedDigits = defaultNumberDigits + 4
const digitsOf = (text: string) => text.replace(/[\s-]/g, '')

/** A card by its whole serial, or by the number part alone. */
function card(text: string, { countyId }: EntryContext): Card {
  const digits = digitsOf(text)
  if (!/^\d+$/.test(digits)) return { problem: 'unknown' }
  if (digits.length === defaultNumberDigits) {
    const number = Number(digits)
    return number === 0 ? { problem: 'number' } : { serial: storedSerial(countyId, number) }
  }
  if (digits.length !== printedDigits) return { problem: 'length' }
  if (!passesLuhn(digits)) return { problem: 'checkDigit' }
  const serial = readSerial(digits)
  if (serial?.countyId !== countyId) return { problem: 'foreign' }
  return { serial: serial.stored }
}

function rangeOf(one: number, other: number): Entry {
  const range = { firstSerial: Math.min(one, other), lastSerial: Math.max(one, other) }
  return quantityOf(range) > mostCards ? { problem: 'tooMany' } : { range, swapped: other < one, label: null }
}
