// The parser: what it reads, what it refuses, and that nothing makes it slow or throw.
import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { dialogOfInvite } from './dialog.ts'
import { callerOf } from './identity.ts'
import { headerOf, listOf } from './message.ts'
import { type Parsed, parseMessage } from './parse.ts'
import { answerOffer } from './sdp.ts'
import { replyTo, serialize, stampVia } from './serialize.ts'
import { messageText, OFFER, request } from './testing/test-messages.ts'
import { parseNameAddr, parseUri } from './uri.ts'

const parse = (text: string): Parsed => parseMessage(Buffer.from(text, 'latin1'))
/** Far above what linear work needs and far below what anything worse would take. */
const SOON_MS = 2_000

describe('parser', () => {
  it('reads compact names, folded lines and lists', () => {
    const text = messageText({
      headers: [
        'r: <sip:x@y>',
        'k: 100rel,',
        '\ttimer',
        'Record-Route: <sip:p1;lr>, <sip:p2;lr>',
        'Record-Route: <sip:p3;lr>',
      ],
    })
    const parsed = parse(text)
    expect(parsed.kind).toBe('ok')
    if (parsed.kind !== 'ok') return
    expect(headerOf(parsed.message, 'refer-to')).toBe('<sip:x@y>')
    expect(listOf(parsed.message, 'supported')).toEqual(['100rel', 'timer'])
    expect(listOf(parsed.message, 'record-route')).toEqual(['<sip:p1;lr>', '<sip:p2;lr>', '<sip:p3;lr>'])
  })

  it('keeps the bytes of what is echoed', () => {
    const odd = request({ callId: 'caf\xe9\xff' })
    const reply = Buffer.from(serialize(replyTo(odd, 200))).toString('latin1')
    expect(reply).toContain('Call-ID: caf\xe9\xff\r\n')
  })

  it.each([
    ['a second Call-ID', messageText({ headers: ['Call-ID: other'] })],
    ['a second Content-Length', messageText({ headers: ['Content-Length: 5'] })],
    ['a header without a colon', messageText({ headers: ['nonsense'] })],
    ['a control character', messageText({ headers: ['Subject: a\x00b'] })],
    ['another method in CSeq', messageText().replace('1 INVITE', '1 BYE')],
    ['a body shorter than it says', `${messageText().replace('Content-Length: 0', 'Content-Length: 9')}abc`],
    ['a port above 65535', messageText({ uri: 'sip:95598@127.0.0.1:99999' })],
    ['no CSeq', messageText().replace(/CSeq:.*\r\n/, '')],
    ['a CSeq out of range', messageText().replace('CSeq: 1', 'CSeq: 4294967296')],
    ['an open quote in From', messageText().replace('"A, B"', '"A, B')],
    ['a control character in a folded line', messageText({ headers: ['Subject: a\r\n b\rVia: c'] })],
    ['an empty Via parameter', messageText().replace('5062;branch', '5062;;branch')],
    ['a negative length', messageText().replace('Content-Length: 0', 'Content-Length: -1')],
  ])('answers %s with 400', (_, text) => {
    const parsed = parse(text)
    expect(parsed).toMatchObject({ kind: 'bad', status: 400 })
    expect(parsed.kind === 'bad' && parsed.request?.callId).toBe('call1@192.0.2.7')
  })

  it.each([
    ['nothing', ''],
    ['text', 'hello\r\n\r\n'],
    ['no Via', messageText().replace(/Via:.*\r\n/, '')],
    ['a Via with port 99999', messageText().replace('5062;branch', '99999;branch')],
    ['no empty line', messageText().slice(0, -4)],
    ['a status out of range', messageText().replace(/^.*\r\n/, 'SIP/2.0 999 x\r\n')],
  ])('drops %s silently', (_, text) => {
    expect(parse(text)).toMatchObject({ kind: 'bad', request: null })
  })

  it('answers another version with 505', () => {
    expect(parse(messageText().replace('SIP/2.0\r\n', 'SIP/3.0\r\n'))).toMatchObject({ kind: 'bad', status: 505 })
  })

  it('cuts a datagram at Content-Length', () => {
    const parsed = parse(`${messageText({ body: OFFER })}trailing`)
    expect(parsed.kind === 'ok' && parsed.message.body.length).toBe(OFFER.length)
  })

  const k64 = 65_000
  it.each([
    ['spaces', ' '.repeat(k64)],
    ['Contact spaces', messageText().replace('Contact: <', `Contact: <${' '.repeat(k64)}`)],
    ['Via spaces', messageText().replace('Via: ', `Via: ${' '.repeat(k64)}`)],
    ['quotes', messageText({ headers: [`P-Asserted-Identity: ${'"\\'.repeat(k64 / 2)}`] })],
    ['commas', messageText({ headers: [`Record-Route: ${','.repeat(k64)}`] })],
    ['angles', messageText({ headers: [`Contact: ${'<'.repeat(k64)}`] })],
    ['semicolons', messageText().replace(';branch=', `${';'.repeat(k64)}branch=`)],
    ['thousands of headers', messageText({ headers: Array.from({ length: 8_000 }, (_, i) => `X-${i}: 1`) })],
    ['folded lines', messageText({ headers: ['Subject: a', ...Array.from({ length: 15_000 }, () => ' b')] })],
    ['line ends', `${'\r\n'.repeat(k64 / 2)}${messageText()}`],
    ['colons', messageText().replace('sip:95598', `sip:${':'.repeat(k64)}`)],
    ['a long URI', messageText({ uri: `sip:${'a'.repeat(15_000)}@h` })],
  ])(
    'takes 64 KB of %s in its stride',
    (_, text) => {
      for (let i = 0; i < 20; i++) expect(parse(text).kind).toBe('bad')
    },
    SOON_MS,
  )

  it(
    'takes whatever fits the limits in its stride',
    () => {
      const fill = 12_000
      for (const piece of [' ', '\t ', '"', '<', ';a=', ',<sip:a>', '\\"', '%', ':', '@', '=', '[']) {
        const filler = piece.repeat(Math.floor(fill / piece.length))
        for (const name of ['Contact', 'Record-Route', 'P-Asserted-Identity', 'Privacy', 'Require', 'Recv-Info']) {
          exercise(Buffer.from(messageText({ headers: [`${name}: ${filler}`] }), 'latin1'))
        }
        exercise(
          Buffer.from(messageText({ body: `v=0\r\nm=audio 1 RTP/AVP ${filler}\r\na=rtpmap:${filler}` }), 'latin1'),
        )
      }
    },
    SOON_MS * 2,
  )
})

/** Everything the endpoint does with a message of a stranger before a call exists. */
function exercise(bytes: Uint8Array): boolean {
  const parsed = parseMessage(bytes)
  const message = parsed.kind === 'ok' ? parsed.message : parsed.request
  if (message?.kind !== 'request') return false
  const stamped = stampVia(message, '198.51.100.1', 5060)
  callerOf(stamped)
  dialogOfInvite(stamped, 'tag')
  answerOffer(stamped.body, { sessionId: 1, version: 1, address: '127.0.0.1', port: 4000 })
  const reply = parseMessage(serialize(replyTo(stamped, 200, { toTag: 'tag' })))
  return reply.kind === 'ok'
}

describe('parser under mutation', () => {
  it('never throws, and what it accepts it can answer', () => {
    let state = 12_345
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
    const seed = Buffer.from(
      messageText({ body: OFFER, headers: ['Record-Route: <sip:p1;lr>', 'Supported: timer'] }),
      'latin1',
    )
    const pieces = [
      '\r\n',
      ' ',
      ':',
      ';',
      ',',
      '"',
      '<',
      '>',
      '@',
      '\0',
      '%',
      '\xff',
      'SIP/2.0',
      '=',
      'sip:',
      '999999999999',
      '[::1]',
    ]
    let answered = 0
    for (let round = 0; round < 6_000; round++) {
      let bytes = Buffer.from(seed)
      for (let change = random(6); change >= 0; change--) {
        const at = random(bytes.length)
        const kind = random(4)
        if (kind === 0) bytes[at] = random(256)
        else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random(40))])
        else if (kind === 2) {
          const piece = Buffer.from((pieces[random(pieces.length)] ?? '').repeat(1 + random(3)), 'latin1')
          bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
        } else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(random(bytes.length))])
      }
      if (exercise(bytes)) answered++
    }
    expect(answered).toBeGreaterThan(500)
  })
})

describe('addresses', () => {
  it.each([
    ['sip:95598@[2001:db8::1]:5062;transport=tcp', { user: '95598', host: '2001:db8::1', port: 5062 }],
    ['sips:host.example', { user: '', host: 'host.example', port: null }],
    ['tel:+86-531-95598;phone-context=x', { user: '+86-531-95598', host: '', port: null }],
    ['sip:a%20b:secret@h?x=y', { user: 'a b', host: 'h', port: null }],
  ])('reads %s', (text, expected) => {
    expect(parseUri(text)).toMatchObject(expected)
  })

  it.each([
    'sip:a@h:0',
    'sip:a@h:65536',
    'sip:a@',
    'sip:a@h h',
    'http://h',
    'sip:a@[zz]',
    'sip:%zz@h',
    'h',
    'sip:a@h:5060x',
  ])('refuses %s', text => {
    expect(parseUri(text)).toBeNull()
  })

  it('finds the address after a display name with angle brackets', () => {
    expect(parseNameAddr('"a <b> \\" c" <sip:x@y>;tag=1')).toMatchObject({ uri: 'sip:x@y' })
    expect(parseNameAddr('"open <sip:x@y>')).toBeNull()
  })
})
