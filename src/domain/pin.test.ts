// Digests of PINs: the algorithm is told by the key's name, and a batch keeps the key that it names.

import { createHmac, randomBytes } from 'node:crypto'
import { sm3 } from 'sm-crypto-v2'
import { expect, test } from 'vitest'
import { createPinVault, sameDigest, sm3KeyPrefix } from './pin.ts'
import { printSerial } from './serial.ts'

const serial = 100_000_120
const pin = '012345678901'
const text = `${printSerial(serial)}|${pin}`

test('HMAC-SHA-256 and HMAC-SM3 stand beside each other, each under its own key', () => {
  const [old, key] = [randomBytes(32), randomBytes(32)]
  const name = `${sm3KeyPrefix}-1`
  const vault = createPinVault(
    new Map([
      ['pin-1', old],
      [name, key],
    ]),
    name,
    null,
  )
  expect(vault.currentKey).toBe(name)
  expect(vault.digest('pin-1', serial, pin)).toEqual(createHmac('sha256', old).update(text).digest())
  // Of another implementation than the one used.
  const independent = Buffer.from(sm3(text, { key: new Uint8Array(key), mode: 'hmac' }), 'hex')
  const digest = vault.digest(name, serial, pin)
  expect(digest).toEqual(independent)
  expect(digest).toHaveLength(32)
  expect(sameDigest(digest, vault.digest(name, serial, pin))).toBe(true)
  expect(sameDigest(digest, vault.digest(name, serial + 1, pin))).toBe(false)
  expect(() => vault.digest('pin-9', serial, pin)).toThrow('pin-9')
})
