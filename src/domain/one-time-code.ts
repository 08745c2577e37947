// One-time codes (TOTP, RFC 6238): the secret encrypted under a key outside the database, each code good once.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { generateSecret, generateURI, verifySync } from 'otplib'

const issuer = '电卡 dianka'
const nonceBytes = 12
const tagBytes = 16
/** One step of 30 s to either side: clocks of telephones are never quite right. */
const toleranceSeconds = 30

export interface NewSecret {
  /** For typing in. */
  secret: string
  /** For a QR code. */
  uri: string
  encrypted: Buffer
}

export function newTotpSecret(key: Buffer, operator: { operatorId: number; signInName: string }): NewSecret {
  const secret = generateSecret()
  const uri = generateURI({ issuer, label: operator.signInName, secret })
  return { secret, uri, encrypted: encrypt(key, operator.operatorId, secret) }
}

/** The time step a code stands for, or null when it is wrong, too old, or was used. */
export function stepOfCode(
  key: Buffer,
  operator: { operatorId: number; totpSecret: Buffer | null; totpLastStep: number | null },
  code: string,
  now: Date,
): number | null {
  if (!operator.totpSecret) return null
  const result = verifySync({
    secret: decrypt(key, operator.operatorId, operator.totpSecret),
    token: code,
    epoch: Math.floor(now.getTime() / 1_000),
    epochTolerance: toleranceSeconds,
  })
  if (!result.valid || !('timeStep' in result)) return null
  return result.timeStep > (operator.totpLastStep ?? -1) ? result.timeStep : null
}

/** AES-256-GCM, bound to the operator: a secret copied to another row does not open there. */
function encrypt(key: Buffer, operatorId: number, secret: string): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(`operator ${operatorId}`))
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
}

function decrypt(key: Buffer, operatorId: number, encrypted: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, encrypted.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(`operator ${operatorId}`))
  decipher.setAuthTag(encrypted.subarray(nonceBytes, nonceBytes + tagBytes))
  return decipher.update(encrypted.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
}
