// The key pairs of each county, one of each cryptography: made at the first use, kept in the secrets folder, never in the database.

import type { Secrets } from '../../kernel/secrets.ts'
import {
  makeKeys,
  type OwnKey,
  peerOf,
  printedFingerprint,
  printPeerKey,
  readOwnKey,
  type SealScheme,
} from './envelope.ts'

export interface CountyKeys {
  /** As text, to hand to manufacturers. */
  publicKey(countyId: number, scheme?: SealScheme): Promise<{ armored: string; fingerprint: string }>
  /** Signs what the county sends and opens what it receives. */
  privateKey(countyId: number, scheme?: SealScheme): Promise<OwnKey>
}

export function createCountyKeys(secrets: Secrets): CountyKeys {
  const known = new Map<string, Promise<OwnKey>>()
  const privateKey = (countyId: number, scheme: SealScheme = 'openpgp') => {
    const name = `county-${String(countyId).padStart(3, '0')}.${scheme}`
    const key = known.get(name) ?? load(secrets, name, scheme, countyId)
    known.set(name, key)
    key.catch(() => known.delete(name))
    return key
  }
  return {
    privateKey,
    async publicKey(countyId, scheme = 'openpgp') {
      const key = peerOf(await privateKey(countyId, scheme))
      return { armored: printPeerKey(key), fingerprint: printedFingerprint(key) }
    },
  }
}

async function load(secrets: Secrets, name: string, scheme: SealScheme, countyId: number): Promise<OwnKey> {
  const text = await secrets.keep(name, async () => (await makeKeys(scheme, `dianka county ${countyId}`)).privateKey)
  return readOwnKey(text)
}
