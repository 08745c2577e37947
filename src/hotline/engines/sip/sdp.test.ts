// Offers and answers.
import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { answerOffer, makeOffer, readAnswer } from './sdp.ts'
import { OFFER } from './testing/test-messages.ts'

const LOCAL = { sessionId: 7, version: 1, address: '192.0.2.1', port: 4_000 }

function answer(sdp: string): { remote: ReturnType<typeof readAnswer>; text: string } | null {
  const found = answerOffer(Buffer.from(sdp, 'latin1'), LOCAL)
  return found === null ? null : { remote: found.remote, text: Buffer.from(found.body).toString('latin1') }
}

const session = (...lines: string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 192.0.2.7', 's=-', 'c=IN IP4 192.0.2.7', 't=0 0', ...lines, ''].join('\r\n')

describe('answers', () => {
  it('takes the first codec of the offer that it speaks, with the event type of the offer', () => {
    const found = answer(OFFER)
    expect(found?.remote).toMatchObject({
      codec: 'PCMU',
      payloadType: 0,
      eventType: 101,
      address: '192.0.2.7',
      port: 4_000,
    })
    expect(found?.text).toContain('m=audio 4000 RTP/AVP 0 101\r\n')
    const other = answer(session('m=audio 4000 RTP/AVP 18 8 0 96', 'a=rtpmap:96 telephone-event/8000'))
    expect(other?.remote).toMatchObject({ codec: 'PCMA', payloadType: 8, eventType: 96 })
  })

  it('refuses the lines it cannot use, in their order', () => {
    const found = answer(
      session('m=video 5000 RTP/AVP 31', 'm=audio 0 RTP/AVP 8', 'm=audio 4000 RTP/AVP 8', 'm=audio 4002 RTP/AVP 8'),
    )
    const lines = found?.text.split('\r\n').filter(line => line.startsWith('m='))
    expect(lines).toEqual([
      'm=video 0 RTP/AVP 31',
      'm=audio 0 RTP/AVP 8',
      'm=audio 4000 RTP/AVP 8',
      'm=audio 0 RTP/AVP 8',
    ])
  })

  it.each([
    ['sendonly', 'recvonly', { sends: true, receives: false }],
    ['recvonly', 'sendonly', { sends: false, receives: true }],
    ['inactive', 'inactive', { sends: false, receives: false }],
    ['sendrecv', 'sendrecv', { sends: true, receives: true }],
  ])('answers %s with %s', (offered, answered, expected) => {
    const found = answer(session('m=audio 4000 RTP/AVP 8', `a=${offered}`))
    expect(found?.remote).toMatchObject(expected)
    expect(found?.text).toContain(`a=${answered}\r\n`)
  })

  it('takes the address 0.0.0.0 as hold, and a host name as not yet known', () => {
    expect(answer(session('m=audio 4000 RTP/AVP 8', 'c=IN IP4 0.0.0.0'))?.remote).toMatchObject({
      address: null,
      receives: false,
    })
    expect(answer(session('m=audio 4000 RTP/AVP 8', 'c=IN IP4 pbx.example'))?.remote).toMatchObject({
      address: null,
      receives: true,
    })
  })

  it('takes IPv6', () => {
    const found = answerOffer(Buffer.from(session('m=audio 4000 RTP/AVP 8', 'c=IN IP6 2001:db8::7')), {
      ...LOCAL,
      address: '::1',
    })
    expect(found?.remote.address).toBe('2001:db8::7')
    expect(Buffer.from(found?.body ?? []).toString()).toContain('c=IN IP6 ::1\r\n')
  })

  it.each([
    ['no common codec', session('m=audio 4000 RTP/AVP 18 3')],
    ['only wide-band events', session('m=audio 4000 RTP/AVP 97', 'a=rtpmap:97 PCMA/16000')],
    ['encrypted media', session('m=audio 4000 RTP/SAVP 8')],
    ['a multicast address', session('m=audio 4000 RTP/AVP 8', 'c=IN IP4 239.1.1.1')],
    ['no media', session()],
    ['no version', 'm=audio 4000 RTP/AVP 8'],
    ['nothing', ''],
    ['a media line that is none', session('m=', 'm=audio', 'm=audio x RTP/AVP 8')],
    ['a hundred media lines', session(...Array.from({ length: 100 }, () => 'm=audio 4000 RTP/AVP 8'))],
    ['a thousand lines', session(...Array.from({ length: 1_000 }, () => 'a=ptime:20'), 'm=audio 4000 RTP/AVP 8')],
    ['a long line', session(`m=audio 4000 RTP/AVP ${'8 '.repeat(400)}`)],
  ])('refuses %s', (_, sdp) => {
    expect(answer(sdp)).toBeNull()
  })
})

it('our own offer is answered with A-law by ourselves', () => {
  const found = answerOffer(makeOffer(LOCAL), { ...LOCAL, port: 5_000 })
  expect(found?.remote).toMatchObject({ codec: 'PCMA', eventType: 101, port: 4_000 })
  expect(readAnswer(found?.body ?? new Uint8Array(0))).toMatchObject({ codec: 'PCMA', eventType: 101, port: 5_000 })
})
