// SIP and telephone addresses: `sip:user@host:port;parameters`, `tel:number`, and the name-addr around them.
import { isIPv6 } from 'node:net'
import { MAX_URI } from './limits.ts'
import { indexOutsideQuotes, type Params, parseDecimal, parseParams } from './scan.ts'

export interface SipUri {
  readonly scheme: 'sip' | 'sips' | 'tel'
  /** Percent escapes resolved; empty when there is none. */
  readonly user: string
  /** Lower case; an IPv6 address stands without brackets. Empty for `tel`. */
  readonly host: string
  readonly port: number | null
  readonly params: Params
}

export interface NameAddr {
  readonly uri: string
  readonly params: Params
}

/** Reads `host`, `host:port`, `[v6]:port`; null when it is none of them. */
export function parseHostPort(text: string): { host: string; port: number | null } | null {
  let host = text
  let rest = ''
  if (text.startsWith('[')) {
    const close = text.indexOf(']')
    if (close < 0) return null
    host = text.slice(1, close)
    rest = text.slice(close + 1).trim()
    if (!isIPv6(host)) return null
  } else {
    const colon = text.indexOf(':')
    if (colon >= 0) {
      host = text.slice(0, colon).trim()
      rest = text.slice(colon).trim()
    }
    if (!isHostName(host)) return null
  }
  if (rest === '') return { host: host.toLowerCase(), port: null }
  if (!rest.startsWith(':')) return null
  const port = parseDecimal(rest.slice(1).trim(), 5)
  return port === null || port < 1 || port > 65_535 ? null : { host: host.toLowerCase(), port }
}

function isHostName(text: string): boolean {
  if (text.length === 0 || text.length > 255) return false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    const letterOrDigit = (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122)
    if (!letterOrDigit && c !== 45 && c !== 46 && c !== 95) return false
  }
  return true
}

/** Nothing that could break out of a start line or of angle brackets when the address is written again. */
function isAddressText(text: string): boolean {
  if (text.length === 0 || text.length > MAX_URI) return false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c <= 32 || c === 127 || c === 34 || c === 60 || c === 62) return false
  }
  return true
}

export function parseUri(text: string): SipUri | null {
  const colon = text.indexOf(':')
  if (colon < 0 || !isAddressText(text)) return null
  const scheme = text.slice(0, colon).toLowerCase()
  const rest = text.slice(colon + 1)
  if (scheme === 'tel') return parseTel(rest)
  if (scheme !== 'sip' && scheme !== 'sips') return null
  const at = rest.indexOf('@')
  const user = at < 0 ? '' : unescapeUser(rest.slice(0, at))
  if (user === null) return null
  let tail = rest.slice(at + 1)
  const question = tail.indexOf('?')
  if (question >= 0) tail = tail.slice(0, question)
  const semicolon = tail.indexOf(';')
  const hostPort = parseHostPort(semicolon < 0 ? tail : tail.slice(0, semicolon))
  const params = parseParams(semicolon < 0 ? '' : tail.slice(semicolon + 1))
  if (hostPort === null || params === null) return null
  return { scheme, user, host: hostPort.host, port: hostPort.port, params }
}

function parseTel(rest: string): SipUri | null {
  const semicolon = rest.indexOf(';')
  const user = unescapeUser(semicolon < 0 ? rest : rest.slice(0, semicolon))
  const params = parseParams(semicolon < 0 ? '' : rest.slice(semicolon + 1))
  return user === null || user === '' || params === null ? null : { scheme: 'tel', user, host: '', port: null, params }
}

/** The user without password and parameters (`0531;phone-context=+86:secret` is `0531`). */
function unescapeUser(text: string): string | null {
  let end = text.length
  for (const mark of [':', ';']) {
    const index = text.indexOf(mark)
    if (index >= 0 && index < end) end = index
  }
  const plain = text.slice(0, end)
  if (!plain.includes('%')) return plain
  try {
    return decodeURIComponent(plain)
  } catch {
    // A stray percent sign is a malformed address, which the caller of this function answers.
    return null
  }
}

/** Reads `"Name" <uri>;params`, `Name <uri>`, or `uri;params`. */
export function parseNameAddr(text: string): NameAddr | null {
  const open = indexOutsideQuotes(text, '<')
  if (open < 0) {
    const semicolon = text.indexOf(';')
    const params = parseParams(semicolon < 0 ? '' : text.slice(semicolon + 1))
    const uri = (semicolon < 0 ? text : text.slice(0, semicolon)).trim()
    return params === null || !isAddressText(uri) ? null : { uri, params }
  }
  const close = text.indexOf('>', open)
  if (close < 0) return null
  const uri = text.slice(open + 1, close).trim()
  const rest = text.slice(close + 1).trim()
  if (!isAddressText(uri) || (rest !== '' && !rest.startsWith(';'))) return null
  const params = parseParams(rest.slice(1))
  return params === null ? null : { uri, params }
}

/** An address as it stands in a header or an SDP line that wants brackets around IPv6. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
