// What the operations on manufacturers share: the shape of names and contacts, and one row locked for change.

import { z } from 'zod'
import { printedFingerprint, readPeerKey, schemeOf } from '../../domain/card-file/envelope.ts'
import { countySettings } from '../../domain/county-settings.ts'
import type { Tx } from '../../kernel/db.ts'
import { masked } from '../../kernel/redact.ts'
import { refuse } from '../../kernel/refusal.ts'

export const manufacturerName = z.string().trim().min(1).max(60)
export const publicKeyText = z.string().min(1).max(50_000)
export const contacts = {
  contact: z.string().max(30),
  phone: masked(z.string().regex(/^[\d +()-]{0,30}$/)),
  address: z.string().max(100),
}

/** A key as brought: usable, and of a kind that the county uses. */
export async function readNewKey(tx: Tx, countyId: number, publicKey: string, now: Date) {
  const key = await readPeerKey(publicKey, now)
  const keyScheme = schemeOf(key)
  const { cardFileKeys } = await countySettings(tx, countyId)
  if (!cardFileKeys.includes(keyScheme)) refuse('keySchemeUnused', { scheme: keyScheme })
  return { publicKey, keyScheme, fingerprint: printedFingerprint(key) }
}

export async function lockManufacturer(tx: Tx, countyId: number, manufacturerId: number) {
  const found = await tx
    .selectFrom('manufacturer')
    .selectAll()
    .where('countyId', '=', countyId)
    .where('manufacturerId', '=', manufacturerId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return found ?? refuse('manufacturerNotFound')
}

/** Refuses a key that another manufacturer has, or a name. */
export async function requireUnused(
  tx: Tx,
  countyId: number,
  of: { manufacturerId: number | null; name?: string; fingerprint?: string },
): Promise<void> {
  const others = await tx
    .selectFrom('manufacturer')
    .select(['manufacturerId', 'name', 'fingerprint'])
    .where('countyId', '=', countyId)
    .where(where => where.or([where('name', '=', of.name ?? ''), where('fingerprint', '=', of.fingerprint ?? '')]))
    .execute()
  for (const other of others) {
    if (other.name === of.name && other.manufacturerId !== of.manufacturerId) {
      refuse('manufacturerNameTaken', { name: other.name })
    }
    if (other.fingerprint === of.fingerprint) refuse('manufacturerKeyTaken', { name: other.name })
  }
}
