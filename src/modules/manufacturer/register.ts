// Registers a card manufacturer with the key that files for it are sealed to; finance confirms that key.

import { z } from 'zod'
import { operatorOf } from '../../domain/document.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'
import { contacts, manufacturerName, publicKeyText, readNewKey, requireUnused } from './manufacturer-row.ts'

export const register = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({
    name: manufacturerName,
    contact: contacts.contact.default(''),
    phone: contacts.phone.default(''),
    address: contacts.address.default(''),
    publicKey: publicKeyText,
  }),
  output: z.object({ manufacturerId: z.int(), fingerprint: z.string() }),
  async run({ tx, actor, countyId, now }, { publicKey, ...named }) {
    const key = await readNewKey(tx, countyId, publicKey, now)
    const { fingerprint } = key
    await requireUnused(tx, countyId, { manufacturerId: null, name: named.name, fingerprint })
    const row = await tx
      .insertInto('manufacturer')
      .values({ countyId, ...named, ...key, registeredBy: operatorOf(actor) })
      // Two at once: the second waits for the first, and finds the name or the key taken.
      .onConflict(conflict => conflict.doNothing())
      .returning('manufacturerId')
      .executeTakeFirst()
    return row ? { ...row, fingerprint } : refuse('manufacturerNameTaken', { name: named.name })
  },
})
