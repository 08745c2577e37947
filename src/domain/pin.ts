// PINs exist in clear only on their way into a sealed file; here only keyed digests under a key outside the database.

import { createHmac, randomInt, timingSafeEqual } from 'node:crypto'
import { printSerial } from './serial.ts'

export interface PinVault {
  /** The name of the key that new batches use. */
  readonly currentKey: string
  /** The digest of serial and PIN together, so that equal PINs do not show. 32 bytes. */
  digest(keyName: string, serial: number, pin: string): Buffer
  /** A new PIN of this many digits (at most 14). */
  draw(serial: number, digits: number): string
}

/** A key's name says what its digests are made with: SM3 under names that begin so, else SHA-256. */
export const sm3KeyPrefix = 'pin-sm3'

/**
 * A vault over the named keys. With a demonstration seed, PINs follow from seed and serial, so that they can be shown
 * again without being kept; without one they come from the system's random source.
 */
export function createPinVault(
  keys: ReadonlyMap<string, Buffer>,
  currentKey: string,
  demonstrationSeed: Buffer | null,
): PinVault {
  return {
    currentKey,
    digest(keyName, serial, pin) {
      const key = keys.get(keyName)
      if (!key) throw new Error(`the PIN key ${keyName} is not in the secrets folder`)
      return createHmac(keyName.startsWith(sm3KeyPrefix) ? 'sm3' : 'sha256', key)
        .update(`${printSerial(serial)}|${pin}`)
        .digest()
    },
    draw(serial, digits) {
      const limit = 10 ** digits
      const value = demonstrationSeed
        ? Number(
            BigInt(`0x${createHmac('sha256', demonstrationSeed).update(String(serial)).digest('hex')}`) % BigInt(limit),
          )
        : randomInt(limit)
      return String(value).padStart(digits, '0')
    },
  }
}

/** Compares digests in constant time. */
export function sameDigest(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
