// The published signature vectors, in both algorithms.

import { expect, test } from 'vitest'
import { canonicalRequest, canonicalResponse, digestOf, sameText, sign } from './signature.ts'

const key = Buffer.from('test-channel-key')
const body = Buffer.from('{"serial":"410123202601050000000042","accountNo":"4101234567","amountFen":5000}')
const vectors = [
  {
    kind: 'hmac-sha256',
    digest: '3632ae5afc4d67e6b5bf9788e5625d84e1028caa86b3d5eb386f37049333d8a9',
    signature: '03df55b49549d858bb58c841a5a9cfe99fc403f1738c34fbab5ef62bd9406b08',
  },
  {
    kind: 'hmac-sm3',
    digest: '9e8289eabf2b229d66dda947b72d6097b5906a0ff354637ea78e6dc67e53a941',
    signature: '3c8f258ca8a77586b1ce95d474cbddebe8b966e4c2acbf0a0ab6aa3256f60d6d',
  },
] as const

test.each(vectors)('a request is signed as published: $kind', ({ kind, digest, signature }) => {
  expect(body.length).toBe(79)
  expect(digestOf(kind, body)).toBe(digest)
  const canonical = canonicalRequest({
    method: 'POST',
    path: '/mis/v1/posting',
    query: '',
    channelId: 'CH0001',
    keyId: 'k1',
    time: '20260105103000123',
    nonce: '00112233445566778899aabbccddeeff',
    digest,
  })
  expect(canonical.split('\n')).toHaveLength(8)
  expect(sign(kind, key, canonical)).toBe(signature)
})

test('a canonical answer has five lines, the status in three digits', () => {
  const parts = { status: 200, path: '/mis/v1/posting', nonce: 'n', time: 't', digest: 'd' }
  expect(canonicalResponse(parts)).toBe('200\n/mis/v1/posting\nn\nt\nd')
})

test('texts of different length or content are not the same', () => {
  expect(sameText('abc', 'abc')).toBe(true)
  expect(sameText('abc', 'abd')).toBe(false)
  expect(sameText('abc', 'abcd')).toBe(false)
})
