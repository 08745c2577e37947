// The SIP parser: one pass over the bytes, no regular expressions, so that its time is linear in the length whatever arrives.
import { Buffer } from 'node:buffer'
import {
  MAX_BODY_BYTES,
  MAX_HEAD_BYTES,
  MAX_HEADER_LINES,
  MAX_HEADER_NAME,
  MAX_LIST_ITEMS,
  MAX_METHOD,
} from './limits.ts'
import type { Basics, Header, SipMessage, SipRequest, Via } from './message.ts'
import { EMPTY } from './message.ts'
import { isToken, parseDecimal, parseParams, splitOutside } from './scan.ts'
import { parseHostPort, parseNameAddr, parseUri } from './uri.ts'

export type Parsed =
  | { readonly kind: 'ok'; readonly message: SipMessage }
  /** `request` is there when enough could be read to answer it. */
  | {
      readonly kind: 'bad'
      readonly status: 400 | 416 | 505
      readonly reason: string
      readonly request: SipRequest | null
    }

// biome-ignore format: a table
const COMPACT = new Map(
  Object.entries({
    v: 'via', f: 'from', t: 'to', i: 'call-id', m: 'contact', c: 'content-type', l: 'content-length', k: 'supported',
    s: 'subject', e: 'content-encoding', o: 'event', u: 'allow-events', r: 'refer-to', b: 'referred-by',
    x: 'session-expires', a: 'accept-contact', j: 'reject-contact', d: 'request-disposition', y: 'identity',
  }),
)

/** A second one of these would let two readers see two messages. */
const ONCE = new Set(['from', 'to', 'call-id', 'cseq', 'content-length', 'max-forwards', 'content-type'])

const LF = 10
const CR = 13

interface Head {
  readonly startLine: string
  readonly headers: Header[]
  /** The first thing found wrong, or null. */
  readonly problem: string | null
}

/** Where the head ends and the body begins, or null when the empty line is missing. `from` is where to look. */
export function findHeadEnd(bytes: Buffer, from = 0): { headEnd: number; bodyStart: number } | null {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return { headEnd: at, bodyStart: at + 2 }
    if (bytes[at - 1] === CR && bytes[at + 1] === CR && bytes[at + 2] === LF) {
      return { headEnd: at - 1, bodyStart: at + 3 }
    }
  }
  return null
}

export function parseMessage(bytes: Uint8Array): Parsed {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const window = buffer.subarray(0, MAX_HEAD_BYTES + 4)
  const end = findHeadEnd(window)
  if (end === null) return bad('no end of headers', null)
  const head = parseHead(window.toString('latin1', 0, end.headEnd))
  const basics = parseBasics(head.headers)
  const body = takeBody(head.headers, buffer.subarray(end.bodyStart))
  if (head.startLine.startsWith('SIP/')) return parseResponse(head, basics, body)
  return parseRequest(head, basics, body)
}

function bad(reason: string, request: SipRequest | null, status: 400 | 416 | 505 = 400): Parsed {
  return { kind: 'bad', status, reason, request }
}

function parseHead(text: string): Head {
  const headers: Header[] = []
  const seen = new Set<string>()
  let startLine = ''
  let problem: string | null = null
  let name = ''
  let pieces: string[] = []
  const flush = (): void => {
    if (name !== '') headers.push({ name, value: pieces.join(' ') })
    name = ''
  }
  let lines = 0
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at)
    const stop = newline < 0 ? text.length : newline
    const line = text.slice(at, text.charAt(stop - 1) === '\r' ? stop - 1 : stop)
    at = stop + 1
    lines++
    if (lines > MAX_HEADER_LINES) return { startLine, headers, problem: 'too many headers' }
    if (lines === 1) {
      startLine = line
    } else if (line.startsWith(' ') || line.startsWith('\t')) {
      if (name === '') problem ??= 'a folded line without a header'
      else if (hasControl(line)) problem ??= 'a malformed header'
      else pieces.push(line.trim())
    } else {
      flush()
      const read = readHeader(line)
      if (read === null || (ONCE.has(read.name) && seen.has(read.name))) {
        problem ??= read === null ? 'a malformed header' : `a second ${read.name}`
        continue
      }
      seen.add(read.name)
      name = read.name
      pieces = [read.value]
    }
  }
  flush()
  return { startLine, headers, problem }
}

function readHeader(line: string): Header | null {
  const colon = line.indexOf(':')
  if (colon <= 0 || colon > MAX_HEADER_NAME) return null
  const written = line.slice(0, colon).trimEnd().toLowerCase()
  if (!isToken(written) || hasControl(line)) return null
  return { name: COMPACT.get(written) ?? written, value: line.slice(colon + 1).trim() }
}

/** A control character may stand behind a backslash, as a quoted pair; never an end of a line. */
function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) === 92 && i + 1 < text.length && text.charCodeAt(i + 1) !== 13) i++
    else if (isControl(text.charCodeAt(i))) return true
  }
  return false
}

function isControl(c: number): boolean {
  return c === 127 || (c < 32 && c !== 9)
}

function parseBasics(headers: readonly Header[]): Basics | string {
  const get = (name: string): string => headers.find(header => header.name === name)?.value ?? ''
  const vias = splitOutside(get('via'), ',')
  const via = parseVia(vias?.[0] ?? '')
  if (via === null || vias?.includes('') === true) return 'no usable Via'
  const callId = get('call-id')
  if (callId === '' || callId.length > 256) return 'no usable Call-ID'
  const cseqText = get('cseq')
  const space = cseqText.search(/[ \t]/)
  const cseq = parseDecimal(cseqText.slice(0, Math.max(0, space)), 10)
  const cseqMethod = cseqText.slice(space + 1).trim()
  if (cseq === null || cseq >= 2 ** 31 || !isToken(cseqMethod)) return 'no usable CSeq'
  const from = parseNameAddr(get('from'))
  const to = parseNameAddr(get('to'))
  if (from === null || to === null) return 'no usable From or To'
  return { via, callId, cseq, cseqMethod, fromTag: from.params.get('tag') ?? '', toTag: to.params.get('tag') ?? '' }
}

/** Enough of a request that cannot be understood to tell its sender so; null when nobody knows where the answer should go. */
function answerable(method: string, uri: string, headers: readonly Header[]): SipRequest | null {
  const get = (name: string): string => headers.find(header => header.name === name)?.value ?? ''
  const written = get('via')
  const top = splitOutside(written, ',')?.[0] ?? written.split(',', 1)[0] ?? ''
  const sentBy = top.split(';', 1)[0] ?? ''
  // Without the parameters, when it is they that are malformed; the answer then finds its way by the address alone.
  const via = parseVia(top, false) ?? parseVia(sentBy, false)
  if (via === null) return null
  const tagOf = (name: string): string => parseNameAddr(get(name))?.params.get('tag') ?? ''
  const cseq = parseDecimal(get('cseq').split(/[ \t]/, 1)[0] ?? '', 10) ?? 0
  const tags = { fromTag: tagOf('from'), toTag: tagOf('to') }
  return {
    kind: 'request',
    method,
    uri,
    headers,
    body: EMPTY,
    via,
    callId: get('call-id'),
    cseq,
    cseqMethod: method,
    ...tags,
  }
}

/** Reads `SIP/2.0/UDP host:port;params`; spaces may stand around the slashes. `strict`: no other version, nothing empty. */
export function parseVia(text: string, strict = true): Via | null {
  const first = text.indexOf('/')
  const second = text.indexOf('/', first + 1)
  if (first < 0 || second < 0) return null
  if (text.slice(0, first).trim().toUpperCase() !== 'SIP' || (strict && text.slice(first + 1, second).trim() !== '2.0'))
    return null
  const rest = text.slice(second + 1).trimStart()
  const gap = rest.search(/[ \t]/)
  if (gap < 0) return null
  const transport = rest.slice(0, gap).toUpperCase()
  const sentBy = rest.slice(gap).trimStart()
  const semicolon = sentBy.indexOf(';')
  const hostPort = parseHostPort((semicolon < 0 ? sentBy : sentBy.slice(0, semicolon)).trim())
  const params = parseParams(semicolon < 0 ? '' : sentBy.slice(semicolon + 1))
  if (!isToken(transport) || hostPort === null || params === null) return null
  if (strict && splitOutside(sentBy, ';')?.includes('') === true) return null
  return { transport, host: hostPort.host, port: hostPort.port, params, text }
}

/** The body by Content-Length; a string says what is wrong with it. */
function takeBody(headers: readonly Header[], rest: Uint8Array): Uint8Array | string {
  const written = headers.find(header => header.name === 'content-length')?.value
  const length = written === undefined ? rest.length : parseDecimal(written, 6)
  if (length === null) return 'no usable Content-Length'
  if (length > MAX_BODY_BYTES) return 'the body is too long'
  if (length > rest.length) return 'the body is shorter than Content-Length says'
  return rest.subarray(0, length)
}

function parseRequest(head: Head, basics: Basics | string, body: Uint8Array | string): Parsed {
  const first = head.startLine.indexOf(' ')
  const last = head.startLine.lastIndexOf(' ')
  const method = head.startLine.slice(0, Math.max(0, first))
  const uri = head.startLine.slice(first + 1, last)
  const version = head.startLine.slice(last + 1).toUpperCase()
  if (!isToken(method) || method.length > MAX_METHOD || first === last) return bad('not a SIP message', null)
  const answer = answerable(method, uri, head.headers)
  if (!version.startsWith('SIP/')) return bad('a malformed start line', answer)
  if (version !== 'SIP/2.0') return bad('another version of SIP', answer, 505)
  if (typeof basics === 'string') return bad(basics, answer)
  if (head.problem !== null) return bad(head.problem, answer)
  if (typeof body === 'string') return bad(body, answer)
  // Two more are added to it before it is sent back.
  if (splitOutside(basics.via.text, ';', MAX_LIST_ITEMS - 2) === null) return bad('too many Via parameters', answer)
  if (basics.cseqMethod !== method) return bad('CSeq names another method', answer)
  if (hasUnknownScheme(uri)) return bad('an address of another kind', answer, 416)
  if (parseUri(uri) === null) return bad('a malformed request address', answer)
  return { kind: 'ok', message: { kind: 'request', method, uri, headers: head.headers, body, ...basics } }
}

/** `soap.beep://…` is an address, but none that a telephone can be called by. */
function hasUnknownScheme(uri: string): boolean {
  const colon = uri.indexOf(':')
  const scheme = uri.slice(0, Math.max(0, colon)).toLowerCase()
  return /^[a-z][a-z0-9+.-]*$/.test(scheme) && !['sip', 'sips', 'tel'].includes(scheme) && !uri.includes(' ')
}

function parseResponse(head: Head, basics: Basics | string, body: Uint8Array | string): Parsed {
  const { startLine } = head
  const status = parseDecimal(startLine.slice(8, 11), 3)
  if (!startLine.toUpperCase().startsWith('SIP/2.0 ') || status === null || status < 100 || status > 699) {
    return bad('a malformed status line', null)
  }
  if (typeof basics === 'string') return bad(basics, null)
  if (typeof body === 'string') return bad(body, null)
  if (head.problem !== null) return bad(head.problem, null)
  const reason = startLine.slice(12).trim()
  return { kind: 'ok', message: { kind: 'response', status, reason, headers: head.headers, body, ...basics } }
}
