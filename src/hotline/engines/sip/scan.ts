// Linear scanning of header values: splitting outside quotes and angle brackets, tokens, parameters.
import { MAX_LIST_ITEMS } from './limits.ts'

const QUOTE = 34
const BACKSLASH = 92
const LESS = 60
const GREATER = 62

/** Splits at a separator that stands outside quotes and angle brackets; null when they do not close or it is too much. */
export function splitOutside(text: string, separator: string, limit = MAX_LIST_ITEMS): string[] | null {
  const wanted = separator.charCodeAt(0)
  const parts: string[] = []
  let quoted = false
  let bracketed = false
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (quoted) {
      if (c === BACKSLASH) i++
      else if (c === QUOTE) quoted = false
    } else if (c === QUOTE) quoted = true
    else if (c === LESS) bracketed = true
    else if (c === GREATER) bracketed = false
    else if (c === wanted && !bracketed) {
      parts.push(text.slice(start, i).trim())
      if (parts.length >= limit) return null
      start = i + 1
    }
  }
  if (quoted || bracketed) return null
  parts.push(text.slice(start).trim())
  return parts
}

/** The index of a character outside quotes, or -1. */
export function indexOutsideQuotes(text: string, wanted: string): number {
  const code = wanted.charCodeAt(0)
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (quoted) {
      if (c === BACKSLASH) i++
      else if (c === QUOTE) quoted = false
    } else if (c === code) return i
    else if (c === QUOTE) quoted = true
  }
  return -1
}

const TOKEN_MARKS = new Set("-.!%*_+`'~")

/** A `token` of RFC 3261. */
export function isToken(text: string): boolean {
  if (text.length === 0) return false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    const letterOrDigit = (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122)
    if (!letterOrDigit && !TOKEN_MARKS.has(text.charAt(i))) return false
  }
  return true
}

/** A decimal number of at most `maxDigits` digits, or null. */
export function parseDecimal(text: string, maxDigits: number): number | null {
  if (text.length === 0 || text.length > maxDigits) return null
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c < 48 || c > 57) return null
  }
  return Number(text)
}

/** Parameters by lower-case name; a parameter without a value is the empty string. */
export type Params = ReadonlyMap<string, string>

/** Reads `;a=1;b`, without its first semicolon; null when it is malformed. */
export function parseParams(text: string): Params | null {
  const params = new Map<string, string>()
  if (text.trim() === '') return params
  const parts = splitOutside(text, ';')
  if (parts === null) return null
  for (const part of parts) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = (equals < 0 ? part : part.slice(0, equals)).trimEnd().toLowerCase()
    if (!isToken(name)) return null
    if (!params.has(name)) params.set(name, equals < 0 ? '' : part.slice(equals + 1).trimStart())
  }
  return params
}
