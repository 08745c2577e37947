// SIP messages for tests: a request as it comes from a telephone, changed here and there.
import { Buffer } from 'node:buffer'
import type { SipRequest, SipResponse } from '../message.ts'
import { parseMessage } from '../parse.ts'

export const OFFER = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.7',
  's=-',
  'c=IN IP4 192.0.2.7',
  't=0 0',
  'm=audio 4000 RTP/AVP 0 8 101',
  'a=rtpmap:101 telephone-event/8000',
  '',
].join('\r\n')

export interface MessageParts {
  readonly method?: string
  readonly uri?: string
  readonly branch?: string
  readonly callId?: string
  readonly cseq?: number
  readonly toTag?: string
  readonly headers?: readonly string[]
  readonly body?: string
}

export function messageText(parts: MessageParts = {}): string {
  const { method = 'INVITE', uri = 'sip:95598@127.0.0.1', body = '', toTag = '', headers = [] } = parts
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP 192.0.2.7:5062;branch=${parts.branch ?? 'z9hG4bKone'}`,
    'From: "A, B" <sip:13800138000@example.com>;tag=from1',
    `To: <sip:95598@example.com>${toTag === '' ? '' : `;tag=${toTag}`}`,
    `Call-ID: ${parts.callId ?? 'call1@192.0.2.7'}`,
    `CSeq: ${parts.cseq ?? 1} ${method}`,
    'Contact: <sip:13800138000@192.0.2.7:5062>',
    'Max-Forwards: 70',
    ...headers,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}

export function request(parts: MessageParts = {}): SipRequest {
  const parsed = parseMessage(Buffer.from(messageText(parts), 'latin1'))
  if (parsed.kind !== 'ok' || parsed.message.kind !== 'request') throw new Error('the test message is malformed')
  return parsed.message
}

export function responseTo(bytes: Uint8Array): SipResponse {
  const parsed = parseMessage(bytes)
  if (parsed.kind !== 'ok' || parsed.message.kind !== 'response') throw new Error('no response')
  return parsed.message
}
