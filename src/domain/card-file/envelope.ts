// Sealed card files whatever their cryptography: OpenPGP, or SM2 with SM4. The keys decide.

import { SetupError } from '../../kernel/setup-error.ts'
import * as pgp from './openpgp.ts'
import { openSm, sealSm } from './sm-envelope.ts'
import {
  makeSm2KeyPair,
  printSm2PublicKey,
  readSm2PrivateKey,
  readSm2PublicKey,
  type Sm2PrivateKey,
  type Sm2PublicKey,
  sm2Fingerprint,
} from './sm2.ts'

export { SealError, SignatureError } from './seal-error.ts'

export const sealSchemes = ['openpgp', 'sm2'] as const
export type SealScheme = (typeof sealSchemes)[number]

/** A key of one's own: opens what is sealed to it, and signs. */
export type OwnKey = pgp.PrivateKey | Sm2PrivateKey
/** A key of the other side: to seal to, and to prove its signatures. */
export type PeerKey = pgp.PublicKey | Sm2PublicKey

const isSm = <K extends OwnKey | PeerKey>(key: K): key is Extract<K, Sm2PublicKey> => 'scheme' in key
const isPgp = <K extends OwnKey | PeerKey>(key: K): key is Exclude<K, Sm2PublicKey> => !isSm(key)

export function schemeOf(key: OwnKey | PeerKey): SealScheme {
  return isSm(key) ? 'sm2' : 'openpgp'
}

/** A new pair as text, private part without passphrase: the folder that keeps it is the lock. */
export async function makeKeys(scheme: SealScheme, name: string): Promise<{ privateKey: string; publicKey: string }> {
  return scheme === 'sm2' ? makeSm2KeyPair() : pgp.makeKeyPair(name)
}

/** PEM is SM2, armor is OpenPGP. */
const looksPgp = (text: string) => text.includes('-----BEGIN PGP ')

export async function readOwnKey(text: string): Promise<OwnKey> {
  return looksPgp(text) ? pgp.readPrivateKey(text) : readSm2PrivateKey(text)
}

/** Reads a public key that can receive and sign; refuses anything else, above all a private key. */
export async function readPeerKey(text: string, now: Date): Promise<PeerKey> {
  return looksPgp(text) ? pgp.readPublicKey(text, now) : readSm2PublicKey(text)
}

export function peerOf(own: OwnKey): PeerKey {
  return isSm(own) ? { scheme: 'sm2', point: own.point } : own.toPublic()
}

export function printPeerKey(key: PeerKey): string {
  return isSm(key) ? printSm2PublicKey(key) : key.armor()
}

/** The fingerprint as people compare it: groups of four, in capitals. */
export function printedFingerprint(key: PeerKey): string {
  const digits = isSm(key) ? sm2Fingerprint(key) : key.getFingerprint().toUpperCase()
  return (digits.match(/.{4}/g) ?? []).join(' ')
}

/** Signs and encrypts while the clear text is produced; nothing of it is kept. */
export function sealStream(clear: AsyncIterable<Buffer>, { to, by }: { to: PeerKey; by: OwnKey }) {
  if (isSm(to) && isSm(by)) return sealSm(clear, { to, by })
  if (isPgp(to) && isPgp(by)) return pgp.sealStream(clear, { to, by })
  throw mixed()
}

export interface OpenKeys {
  as: OwnKey
  by: PeerKey
}

/**
 * Decrypts to clear text. The iteration ends without error only if the signature over all of it is `by`'s; what came
 * before the end is not yet proven. Fails with SealError, or with what the source failed with.
 */
export function openStream(sealed: AsyncIterable<Uint8Array>, { as, by }: OpenKeys): AsyncGenerator<Buffer> {
  if (isSm(as) && isSm(by)) return openSm(sealed, { as, by })
  if (isPgp(as) && isPgp(by)) return pgp.openStream(sealed, { as, by })
  throw mixed()
}

function mixed(): SetupError {
  return new SetupError(
    '两把密钥须同为 OpenPGP 或同为 SM2',
    'the two keys must both be OpenPGP keys, or both be SM2 keys',
  )
}
