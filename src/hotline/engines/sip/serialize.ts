// Turns messages into bytes, and requests into the responses that answer them.
import { Buffer } from 'node:buffer'
import type { Header, Outgoing, SipRequest } from './message.ts'
import { EMPTY } from './message.ts'
import { withoutZone } from './our-address.ts'
import { splitOutside } from './scan.ts'

// biome-ignore format: a table
const REASONS = new Map([
  [100, 'Trying'], [180, 'Ringing'], [200, 'OK'], [400, 'Bad Request'], [405, 'Method Not Allowed'],
  [415, 'Unsupported Media Type'], [416, 'Unsupported URI Scheme'], [420, 'Bad Extension'], [422, 'Session Interval Too Small'], [469, 'Bad Info Package'],
  [480, 'Temporarily Unavailable'], [481, 'Call/Transaction Does Not Exist'], [482, 'Loop Detected'],
  [486, 'Busy Here'], [489, 'Bad Event'], [487, 'Request Terminated'], [488, 'Not Acceptable Here'], [491, 'Request Pending'],
  [500, 'Server Internal Error'], [503, 'Service Unavailable'], [504, 'Server Time-out'],
  [505, 'Version Not Supported'],
])

const SPELLING = new Map([
  ['call-id', 'Call-ID'],
  ['cseq', 'CSeq'],
  ['rseq', 'RSeq'],
  ['rack', 'RAck'],
  ['min-se', 'Min-SE'],
])

function spelled(name: string): string {
  const known = SPELLING.get(name)
  if (known !== undefined) return known
  return name
    .split('-')
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('-')
}

export function serialize(message: Outgoing): Uint8Array {
  const lines = [message.startLine]
  for (const { name, value } of message.headers) lines.push(`${spelled(name)}: ${value}`)
  lines.push(`Content-Length: ${message.body.length}`, '', '')
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), message.body])
}

export interface ReplyParts {
  /** Added to the To of the request when that has no tag yet; left out for 100. */
  readonly toTag?: string
  readonly headers?: readonly Header[]
  readonly body?: Uint8Array
}

/** The response to a request: Via, From, To, Call-ID and CSeq copied, Record-Route too where a dialog may come of it. */
export function replyTo(request: SipRequest, status: number, parts: ReplyParts = {}): Outgoing {
  const headers: Header[] = []
  for (const header of request.headers) {
    if (header.name === 'via' || header.name === 'from' || header.name === 'call-id' || header.name === 'cseq') {
      headers.push(header)
    } else if (header.name === 'to') {
      const tagged = request.toTag === '' && parts.toTag !== undefined && status > 100
      headers.push(tagged ? { name: 'to', value: `${header.value};tag=${parts.toTag}` } : header)
    } else if (header.name === 'record-route' && status > 100 && status < 300) {
      headers.push(header)
    }
  }
  headers.push(...(parts.headers ?? []))
  return { startLine: `SIP/2.0 ${status} ${REASONS.get(status) ?? 'OK'}`, headers, body: parts.body ?? EMPTY }
}

/** The request with what RFC 3261 18.2.1 and RFC 3581 add to its topmost Via: where it really came from. */
export function stampVia(request: SipRequest, address: string, port: number): SipRequest {
  const { via } = request
  const index = request.headers.findIndex(header => header.name === 'via')
  const value = request.headers[index]?.value ?? ''
  const wantsPort = via.params.has('rport')
  if (!wantsPort && via.host === address.toLowerCase()) return request
  const [top = '', ...others] = splitOutside(value, ',') ?? []
  const kept = (splitOutside(top, ';') ?? []).filter(part => {
    const name = (part.split('=', 1)[0] ?? '').trim().toLowerCase()
    return name !== 'received' && name !== 'rport'
  })
  const stamped = [...kept, `received=${withoutZone(address)}`, ...(wantsPort ? [`rport=${port}`] : [])].join(';')
  const headers = [...request.headers]
  headers[index] = { name: 'via', value: [stamped, ...others].join(', ') }
  return { ...request, headers }
}
