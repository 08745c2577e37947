// The keys that PIN digests are made with, and in demonstration mode the fixed seed that PINs follow from.

import { createHmac } from 'node:crypto'
import { createPinVault, type PinVault } from '../domain/pin.ts'
import type { Secrets } from '../kernel/secrets.ts'

const demonstrationSeed = 'dianka demonstration'
const keyName = 'pin-1'

export function openPins(secrets: Secrets, demonstration: boolean): PinVault {
  const seed = demonstration ? createHmac('sha256', demonstrationSeed).digest() : null
  return createPinVault(new Map([[keyName, secrets.secret(keyName)]]), keyName, seed)
}
