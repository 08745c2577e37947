// Offers: what a browser sends is understood, what is hostile becomes null or does not get through, in linear time.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_OFFER } from './limits.ts'
import { readOffer } from './offer.ts'

/** As Chromium 150 writes it, shortened. */
const fingerprint = Array.from({ length: 32 }, (_, at) => at.toString(16).padStart(2, '0').toUpperCase()).join(':')
const chromium = [
  'v=0',
  'o=- 4611732 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'a=extmap-allow-mixed',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126',
  'c=IN IP4 0.0.0.0',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=candidate:1 1 udp 2113937151 10.0.0.7 53 typ host',
  'a=ice-ufrag:EsAw',
  'a=ice-pwd:bP+XJMM09aR8AiX1jdukzR6Y',
  'a=ice-options:trickle',
  `a=fingerprint:sha-256 ${fingerprint}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'a=sendrecv',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:110 telephone-event/48000',
  'a=rtpmap:126 telephone-event/8000',
  'a=ssrc:1001 cname:abc',
]
const text = (lines: readonly string[]) => `${lines.join('\r\n')}\r\n`
const without = (...starts: string[]) =>
  readOffer(text(chromium.filter(line => !starts.some(start => line.startsWith(start)))))

test('a browser’s offer: its codec, events of the same clock, and no candidate of its own', () => {
  const offer = readOffer(text(chromium))
  expect(offer).toMatchObject({ codec: 'PCMU', payloadType: 0, eventType: 126 })
  expect(offer?.sdp).toContain('a=ice-ufrag:EsAw\r\n')
  expect(offer?.sdp).not.toMatch(/candidate|10\.0\.0\.7|extmap|opus/)
  expect(without('a=rtpmap:0')).toMatchObject({ codec: 'PCMA', payloadType: 8 })
})

describe('an offer that cannot be taken', () => {
  test.each([
    ['without events', 'a=rtpmap:126'],
    ['without a telephone’s codec', 'a=rtpmap:0', 'a=rtpmap:8'],
    ['without encryption', 'a=fingerprint'],
    ['without a name or password for its checks', 'a=ice-ufrag'],
    ['with RTCP on another port', 'a=rtcp-mux'],
    ['without sound', 'm='],
  ])('%s', (_name, ...starts) => {
    expect(without(...starts)).toBeNull()
  })

  test('with more than one stream, a line or a whole that is too long', () => {
    expect(readOffer(text([...chromium, 'm=video 9 UDP/TLS/RTP/SAVPF 96']))).toBeNull()
    expect(readOffer(text([...chromium, 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel']))).toBeNull()
    expect(readOffer(text([...chromium, `a=x:${'y'.repeat(2_000)}`]))).toBeNull()
    expect(readOffer('x'.repeat(MAX_OFFER + 1))).toBeNull()
    expect(readOffer('\n'.repeat(10_000))).toBeNull()
  })
})

test('whatever is put into a line: null, or an offer of known lines alone', () => {
  const known = /^(v|o|s|t|m|c|a)=[\w .:/+-]*$/
  const line = fc.oneof(
    fc.string({ maxLength: 60, unit: 'binary' }),
    fc.constantFrom(...chromium).chain(start => fc.string({ maxLength: 30 }).map(end => start + end)),
    fc.constantFrom(...chromium),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(30), line), { maxLength: 12 }), changes => {
      const lines = [...chromium]
      for (const [at, changed] of changes) lines[at] = changed
      const offer = readOffer(text(lines))
      for (const written of offer?.sdp.trimEnd().split('\r\n') ?? []) expect(written).toMatch(known)
    }),
  )
})
