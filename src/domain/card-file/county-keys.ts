// The OpenPGP key pair of each county: made at its first use, kept in the secrets folder, never in the database.

import type { Secrets } from '../../kernel/secrets.ts'
import { makeKeyPair, type PrivateKey, readPrivateKey } from './openpgp.ts'

export interface CountyKeys {
  /** Armored, to hand to manufacturers. */
  publicKey(countyId: number): Promise<{ armored: string; fingerprint: string }>
  /** Signs what the county sends and opens what it receives. */
  privateKey(countyId: number): Promise<PrivateKey>
}

export function createCountyKeys(secrets: Secrets): CountyKeys {
  const known = new Map<number, Promise<PrivateKey>>()
  const privateKey = (countyId: number) => {
    const key = known.get(countyId) ?? load(secrets, countyId)
    known.set(countyId, key)
    key.catch(() => known.delete(countyId))
    return key
  }
  return {
    privateKey,
    async publicKey(countyId) {
      const key = (await privateKey(countyId)).toPublic()
      return { armored: key.armor(), fingerprint: key.getFingerprint().toUpperCase() }
    },
  }
}

async function load(secrets: Secrets, countyId: number): Promise<PrivateKey> {
  const name = `county-${String(countyId).padStart(3, '0')}.openpgp`
  return readPrivateKey(
    await secrets.keep(name, async () => (await makeKeyPair(`dianka county ${countyId}`)).privateKey),
  )
}
