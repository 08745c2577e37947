// SM2 against values of OpenSSL and of the standard; the SM envelope against every way of damaging it.

import { createPrivateKey, createPublicKey } from 'node:crypto'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeKeys, openStream, peerOf, readOwnKey, readPeerKey, SealError } from './envelope.ts'
import { openSm, sealSm } from './sm-envelope.ts'
import {
  makeSm2KeyPair,
  printSm2PublicKey,
  readSm2PrivateKey,
  readSm2PublicKey,
  sm2Decrypt,
  sm2Sign,
  sm2Verify,
} from './sm2.ts'

const bytes = async (source: AsyncIterable<Uint8Array>) => {
  const parts: Uint8Array[] = []
  for await (const part of source) parts.push(part)
  return Buffer.concat(parts)
}
const newKey = async () => readSm2PrivateKey((await makeSm2KeyPair()).privateKey)
const [county, maker, stranger] = [await newKey(), await newKey(), await newKey()]
const seal = (clear: Buffer) => bytes(sealSm(Readable.from([clear]), { to: county, by: maker }))
const open = (sealed: Buffer, keys = { as: county, by: maker }) => bytes(openSm(Readable.from([sealed]), keys))

describe('SM2', () => {
  // Made with OpenSSL 3.0: genpkey, pkeyutl -sign -digest sm3 -pkeyopt distid:1234567812345678, pkeyutl -encrypt.
  const openssl = {
    privateKey:
      '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQg/mjXs81CEUtQmWjJ\nZQZOtu6r6n7Rz1AhmgGs5t+CJgmhRANCAARQf2RxhYEg4lxRDJWmbwFvow7G48k9\n00/LM6S6go+58yCyikh8e7p4NJMQORF9Lgtv6zjtbRPvzB0pOf2Gvaf4\n-----END PRIVATE KEY-----\n',
    publicKey:
      '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAEUH9kcYWBIOJcUQyVpm8Bb6MOxuPJ\nPdNPyzOkuoKPufMgsopIfHu6eDSTEDkRfS4Lb+s47W0T78wdKTn9hr2n+A==\n-----END PUBLIC KEY-----\n',
    signature:
      'f455d7cba2fb0af64fbe5ea2270a2cc0b4660bfd01e03f8ccc77626d814ed5c2c2ecb3e0741a7891d7132295a9734318356262525bb7f567db9c9f9747adb69f',
    c1: '3275aadc6275dcb896ff75a6fdee1d4009b7caf93554babe24c3db8ffb484c93898fc7bbfeb1694d3d3c800ea1b2d2b9e418664555a0a6c9036fa1932d03904a',
    c3: '2beef7ca71dbff541ab276ffe8bd772d6637b6e01fb47d2a73ef2adbf419e84c',
    c2: 'e3e771d4f7b3c7bd0f7cf6d32586a2933e77dd040270f806446fa0280865fd0dad9f0dfd5cfaae3dc400aa458a4c22ef',
  }
  const message = Buffer.from('message digest')

  test('reads OpenSSL’s keys, opens what it encrypted and believes what it signed', async () => {
    const own = await readSm2PrivateKey(openssl.privateKey)
    expect(printSm2PublicKey(own)).toBe(openssl.publicKey)
    expect(await readSm2PublicKey(openssl.publicKey)).toEqual({ scheme: 'sm2', point: own.point })
    const sealed = Buffer.from(openssl.c1 + openssl.c3 + openssl.c2, 'hex')
    expect((await sm2Decrypt(sealed, own))?.toString()).toBe('0123456789abcdef'.repeat(3))
    expect(await sm2Decrypt(sealed, county)).toBeNull()
    const signature = Buffer.from(openssl.signature, 'hex')
    expect(await sm2Verify(message, signature, own)).toBe(true)
    expect(await sm2Verify(Buffer.from('another'), signature, own)).toBe(false)
    expect(await sm2Verify(message, signature, county)).toBe(false)
  })

  test('the keys it writes are ones that OpenSSL reads', async () => {
    const { privateKey, publicKey } = await makeSm2KeyPair()
    expect(createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'pem' })).toBe(publicKey)
  })

  test('the signature of the standard’s example (GM/T 0003.5) is right', async () => {
    const scalar = '3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8'
    const { sm2 } = await import('sm-crypto-v2')
    const point = Buffer.from(sm2.getPublicKeyFromPrivateKey(scalar), 'hex')
    const signature = Buffer.from(
      'F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA',
      'hex',
    )
    expect(await sm2Verify(message, signature, { scheme: 'sm2', point })).toBe(true)
  })

  test('r and s have one proper form', async () => {
    const signature = await sm2Sign(message, maker)
    expect(await sm2Verify(message, signature, maker)).toBe(true)
    const order = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n
    const r = BigInt(`0x${signature.subarray(0, 32).toString('hex')}`)
    const raised = (r + order).toString(16).slice(-64).padStart(64, '0')
    const zero = Buffer.alloc(32)
    const halves = [
      [Buffer.from(raised, 'hex'), signature.subarray(32)],
      [zero, signature.subarray(32)],
      [signature.subarray(0, 32), zero],
      [signature.subarray(0, 32), Buffer.alloc(32, 255)],
      [signature.subarray(0, 32), signature.subarray(32, 60)],
    ]
    for (const half of halves) expect(await sm2Verify(message, Buffer.concat(half), maker)).toBe(false)
  })

  test('what is no public key of the curve is refused', async () => {
    const { privateKey, publicKey } = await makeSm2KeyPair()
    const off = Buffer.from(maker.point)
    off[40] = (off[40] ?? 0) ^ 1
    const bad = [privateKey, 'nonsense', publicKey.replace('M', 'N'), printSm2PublicKey({ scheme: 'sm2', point: off })]
    for (const text of bad) await expect(readSm2PublicKey(text)).rejects.toMatchObject({ code: 'badPublicKey' })
    await expect(readSm2PrivateKey(publicKey)).rejects.toMatchObject({ code: 'badPublicKey' })
  })
})

describe('the envelope', () => {
  test('gives back what was sealed, however it is cut into pieces', async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 70_000 }), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer({ min: 1, max: 40_000 }), async (sizes, piece) => {
        const parts = sizes.map((size, place) => Buffer.alloc(size, place + 65))
        const sealed = await bytes(sealSm(Readable.from(parts), { to: county, by: maker }))
        const pieces: Buffer[] = []
        for (let from = 0; from < sealed.length; from += piece) pieces.push(sealed.subarray(from, from + piece))
        const clear = await bytes(openSm(Readable.from(pieces), { as: county, by: maker }))
        expect(clear.equals(Buffer.concat(parts))).toBe(true)
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 15) },
    )
  })

  test('every bit changed and every cut is refused; so is one too many byte', async () => {
    const sealed = await seal(Buffer.from('serial,pin\n'.repeat(3)))
    expect(await open(sealed)).toEqual(Buffer.from('serial,pin\n'.repeat(3)))
    for (let at = 0; at < sealed.length; at += 1) {
      const damaged = Buffer.from(sealed)
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8))
      await expect(open(damaged), `byte ${at}`).rejects.toBeInstanceOf(SealError)
      await expect(open(sealed.subarray(0, at)), `cut at ${at}`).rejects.toBeInstanceOf(SealError)
    }
    await expect(open(Buffer.concat([sealed, Buffer.alloc(1)]))).rejects.toBeInstanceOf(SealError)
  })

  test('frames left out, repeated or exchanged are refused', async () => {
    const parts = [1, 2, 3].map(n => Buffer.alloc(100, n))
    const sealed = await bytes(sealSm(Readable.from(parts), { to: county, by: maker }))
    const head = sealed.subarray(0, 17 + 144)
    const frameBytes = 4 + 100 + 32
    const frame = (n: number) => sealed.subarray(head.length + n * frameBytes, head.length + (n + 1) * frameBytes)
    const last = sealed.subarray(head.length + 3 * frameBytes)
    const made = (...frames: Buffer[]) => open(Buffer.concat([head, ...frames]))
    expect(await made(frame(0), frame(1), frame(2), last)).toEqual(Buffer.concat(parts))
    for (const frames of [
      [frame(0), frame(2), last],
      [frame(1), frame(0), frame(2), last],
      [frame(0), frame(0), frame(1), frame(2), last],
      [last],
      [frame(0), frame(1), frame(2)],
      [frame(0), frame(1), frame(2), last, last],
    ]) {
      await expect(made(...frames)).rejects.toBeInstanceOf(SealError)
    }
  })

  test('one for another, or signed by another, is refused', async () => {
    const sealed = await seal(Buffer.from('x'))
    await expect(open(sealed, { as: stranger, by: maker })).rejects.toBeInstanceOf(SealError)
    await expect(open(sealed, { as: county, by: stranger })).rejects.toBeInstanceOf(SealError)
    const pgp = await makeKeys('openpgp', 'x')
    const mixed = { as: await readOwnKey(pgp.privateKey), by: peerOf(maker) }
    expect(() => openStream(Readable.from([sealed]), mixed)).toThrow('both be SM2')
    expect(await readPeerKey(printSm2PublicKey(maker), new Date())).toEqual({ scheme: 'sm2', point: maker.point })
  })

  test('a source that fails fails with its own error, and leaves no whole file', async () => {
    const error = new Error('the disk is gone')
    async function* failing(chunk: Buffer) {
      yield chunk
      throw error
    }
    const written: Uint8Array[] = []
    const sealing = async () => {
      for await (const part of sealSm(failing(Buffer.alloc(9)), { to: county, by: maker })) written.push(part)
    }
    await expect(sealing()).rejects.toBe(error)
    await expect(open(Buffer.concat(written))).rejects.toBeInstanceOf(SealError)
    const sealed = await seal(Buffer.alloc(100_000))
    await expect(bytes(openSm(failing(sealed.subarray(0, 50_000)), { as: county, by: maker }))).rejects.toBe(error)
  })
})
