// Profile 1 byte by byte, without the connector: what the billing system answers to whatever comes over the socket.

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test/support/database.ts'
import { canonicalRequest, canonicalResponse, digestOf, sign, signatureHeaders } from '../wire/signature.ts'
import { instantOf } from '../wire/time.ts'
import { channel, type HttpBench, startHttpBench } from './http-bench.ts'

let bench: HttpBench
beforeAll(async () => {
  bench = await startHttpBench(createTestDatabase)
})
afterAll(() => bench.stop())

const path = '/mis/v1/account/query'
const fields = (changes: Record<string, unknown> = {}) => ({
  messageId: randomBytes(12).toString('hex'),
  operator: 'county',
  requestTime: instantOf(Date.now()),
  accountNo: '4101000001',
  ...changes,
})

interface Changes {
  body?: Buffer
  time?: string
  nonce?: string
  channelId?: string
  keyId?: string
  spoil?: (headers: Record<string, string>) => void
}

/** Sends one message; the answer says whether it was rightly signed for this very request. */
async function send(target: string, message: unknown, changes: Changes = {}) {
  const body = changes.body ?? Buffer.from(JSON.stringify(message))
  const { time = instantOf(Date.now()), nonce = randomBytes(16).toString('hex') } = changes
  const { channelId = channel.channelId, keyId = channel.keyId } = changes
  const digest = digestOf(channel.signature, body)
  const canonical = canonicalRequest({ method: 'POST', path: target, query: '', channelId, keyId, time, nonce, digest })
  const headers: Record<string, string> = {
    'content-type': 'application/json; charset=utf-8',
    [signatureHeaders.channel]: channelId,
    [signatureHeaders.key]: keyId,
    [signatureHeaders.time]: time,
    [signatureHeaders.nonce]: nonce,
    [signatureHeaders.digest]: digest,
    [signatureHeaders.sign]: sign(channel.signature, channel.key, canonical),
  }
  changes.spoil?.(headers)
  const response = await fetch(`${bench.url}${target}`, { method: 'POST', headers, body: new Uint8Array(body) })
  const bytes = Buffer.from(await response.arrayBuffer())
  const parts = { status: response.status, path: target, nonce, time: response.headers.get('x-mis-time') ?? '' }
  const expected = canonicalResponse({ ...parts, digest: digestOf(channel.signature, bytes) })
  const signed = response.headers.get('x-mis-sign') === sign(channel.signature, channel.key, expected)
  return { status: response.status, signed, body: JSON.parse(bytes.toString('utf8')) }
}

describe('signature', () => {
  test('a right one is answered, signed over the request’s nonce', async () => {
    const message = fields()
    const answer = await send(path, message)
    expect(answer).toMatchObject({
      status: 200,
      signed: true,
      body: { respCode: '0000', messageId: message.messageId },
    })
  })

  test.each(['digest', 'sign', 'time', 'nonce'] as const)('a spoiled %s is refused', async name => {
    const header = signatureHeaders[name]
    const spoil = (headers: Record<string, string>) => {
      headers[header] = headers[header]?.replace(/.$/, last => (last === '0' ? '1' : '0')) ?? ''
    }
    const answer = await send(path, fields(), { spoil })
    expect(answer).toMatchObject({ status: 401, body: { respCode: '2002' } })
    expect(answer.signed).toBe(name !== 'nonce')
  })

  test('a body changed on the way is refused', async () => {
    const message = fields()
    const wrong = digestOf(channel.signature, Buffer.from(JSON.stringify({ ...message, accountNo: '4101000002' })))
    const answer = await send(path, message, { spoil: headers => Object.assign(headers, { 'x-mis-digest': wrong }) })
    expect(answer.body.respCode).toBe('2002')
  })

  test.each([{ channelId: 'CH0009' }, { keyId: 'k9' }])(
    'nobody can sign for an unknown channel or key: %o',
    async who => {
      expect(await send(path, fields(), who)).toMatchObject({ status: 403, signed: false, body: { respCode: '2005' } })
    },
  )
})

describe('replay', () => {
  test('a nonce is taken once', async () => {
    const nonce = randomBytes(16).toString('hex')
    expect((await send(path, fields(), { nonce })).body.respCode).toBe('0000')
    expect(await send(path, fields(), { nonce })).toMatchObject({
      status: 401,
      signed: true,
      body: { respCode: '2003' },
    })
  })

  test.each([
    [-301_000, '2003'],
    [-290_000, '0000'],
    [290_000, '0000'],
    [301_000, '2003'],
  ])('a message whose clock is off by %d ms', async (offMs, code) => {
    expect((await send(path, fields(), { time: instantOf(Date.now() + offMs) })).body.respCode).toBe(code)
  })

  test('a signature over a moment that does not exist', async () => {
    expect((await send(path, fields(), { time: '20260230000000000' })).body.respCode).toBe('2003')
  })
})

describe('format', () => {
  const serial = '410123202601059999999999'
  const posting = (changes: Record<string, unknown> = {}) => ({
    ...fields({ messageId: serial, serial, amountFen: 5_000, acctDate: instantOf(Date.now()).slice(0, 8) }),
    ...{ expiresAt: instantOf(Date.now() + 60_000), cardTail: '0042', channelKind: 'voice' },
    ...changes,
  })

  test.each([
    ['no JSON', '{"accountNo":'],
    ['no object', '[]'],
    ['nothing', ''],
    ['a fraction', JSON.stringify(posting()).replace('5000', '5000.0')],
    ['an exponent', JSON.stringify(posting()).replace('5000', '5e3')],
    ['thirteen digits', JSON.stringify(posting({ amountFen: 1_000_000_000_000 }))],
    ['no amount', JSON.stringify(posting({ amountFen: undefined }))],
    ['an amount of nothing', JSON.stringify(posting({ amountFen: 0 }))],
    ['a serial that is not the messageId', JSON.stringify(posting({ serial: serial.replace(/9$/, '8') }))],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xb5, 0xe7, 0x22, 0x7d])],
  ])('%s is refused and forgotten', async (_, text) => {
    const answer = await send('/mis/v1/posting', {}, { body: Buffer.from(text) })
    expect(answer).toMatchObject({ status: 400, signed: true, body: { respCode: '2001' } })
    expect((await bench.admin.ledger(serial)).payments).toEqual([])
  })

  test('unknown members are ignored', async () => {
    const answer = await send(path, fields({ extra: { deep: [1, '2'] } }))
    expect(answer.body.respCode).toBe('0000')
  })

  test('a body too large is not read, and nobody signs for it', async () => {
    const body = Buffer.alloc(1_048_577, 0x20)
    expect(await send(path, {}, { body })).toMatchObject({ status: 413, signed: false })
  })
})

test('the log of messages holds no account number, no name, and nothing nobody asked for', async () => {
  const secret = '837465102938'
  await send(path, fields({ pin: secret, operator: secret, cardSerial: `00130000${secret.slice(0, 4)}` }))
  await send(path, fields({ accountNo: secret }))
  const { messages } = await bench.admin.wireLog({ limit: 1_000 })
  const written = JSON.stringify(messages)
  expect(messages.length).toBeGreaterThan(4)
  expect(written).toContain('410*****01')
  for (const hidden of [secret, '4101000001', '王建国', 'cardSerial', 'pin']) expect(written).not.toContain(hidden)
})
