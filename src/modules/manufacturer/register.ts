// Registers a card manufacturer with the OpenPGP key that files for it are sealed to.

import { z } from 'zod'
import { printedFingerprint, readPublicKey } from '../../domain/card-file/openpgp.ts'
import { operatorOf } from '../../domain/document.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const register = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({ name: z.string().min(1).max(60), publicKey: z.string().min(1).max(50_000) }),
  output: z.object({ manufacturerId: z.int(), fingerprint: z.string() }),
  async run({ tx, actor, countyId, now }, { name, publicKey }) {
    const fingerprint = printedFingerprint(await readPublicKey(publicKey, now))
    const row = await tx
      .insertInto('manufacturer')
      .values({ countyId, name, publicKey, fingerprint, registeredBy: operatorOf(actor) })
      .onConflict(conflict => conflict.columns(['countyId', 'name']).doNothing())
      .returning('manufacturerId')
      .executeTakeFirst()
    return row ? { manufacturerId: row.manufacturerId, fingerprint } : refuse('manufacturerNameTaken', { name })
  },
})
