// The keys that PIN digests are made with, and in demonstration mode the fixed seed that PINs follow from.

import { createHmac } from 'node:crypto'
import { createPinVault, type PinVault, sm3KeyPrefix } from '../domain/pin.ts'
import type { Secrets } from '../kernel/secrets.ts'

const demonstrationSeed = 'dianka demonstration'
/** The key of new batches by digest; batches made before keep the one that they name. */
const keyNames = { sha256: 'pin-1', sm3: `${sm3KeyPrefix}-1` } as const
export type PinDigest = keyof typeof keyNames

export function openPins(secrets: Secrets, demonstration: boolean, digest: PinDigest = 'sha256'): PinVault {
  const seed = demonstration ? createHmac('sha256', demonstrationSeed).digest() : null
  const keys = new Map(Object.values(keyNames).map(name => [name, secrets.secret(name)]))
  return createPinVault(keys, keyNames[digest], seed)
}
