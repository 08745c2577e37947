// Who is calling, and whom.

import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { calledOf, callerOf } from './identity.ts'
import { parseMessage } from './parse.ts'
import { messageText, request } from './testing/test-messages.ts'

function withFrom(from: string, headers: readonly string[] = []): string | null {
  const text = messageText({ headers }).replace(/From: .*\r\n/, `From: ${from};tag=x\r\n`)
  const parsed = parseMessage(Buffer.from(text, 'latin1'))
  if (parsed.kind !== 'ok' || parsed.message.kind !== 'request') throw new Error('malformed')
  return callerOf(parsed.message)
}

describe('caller', () => {
  it.each([
    ['<sip:13800138000@example.com>', [], '13800138000'],
    ['"Zhang" <sip:+86-138-0013-8000@example.com;user=phone>', [], '+8613800138000'],
    ['<tel:0531-8888(1)>', [], '053188881'],
    ['<sip:gateway@h>', ['P-Asserted-Identity: "x" <sip:13900000000@carrier>'], '13900000000'],
    ['<sip:gateway@h>', ['P-Asserted-Identity: <tel:+8613900000000>, <sip:x@y>'], '+8613900000000'],
    ['<sip:13800138000@h>', ['Privacy: none'], '13800138000'],
    ['"Anonymous" <sip:anonymous@anonymous.invalid>', [], null],
    ['<sip:Anonymous@h>', ['P-Asserted-Identity: <sip:13900000000@carrier>'], null],
    ['<sip:13800138000@h>', ['Privacy: id;critical'], null],
    ['<sip:x@h>', ['P-Asserted-Identity: <sip:13900000000@carrier>', 'Privacy: user, id'], null],
    ['<sip:h>', [], null],
    ['<sip:a%0Ab@h>', [], null],
  ])('of %s %j is %s', (from, headers, expected) => {
    expect(withFrom(from, headers)).toBe(expected)
  })
})

it('the called number is the user of the request address', () => {
  expect(calledOf(request({ uri: 'sip:95598@127.0.0.1:5060;transport=udp' }))).toBe('95598')
  expect(calledOf(request({ uri: 'sip:127.0.0.1' }))).toBe('')
})
