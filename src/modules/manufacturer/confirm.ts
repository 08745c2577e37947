// Finance confirms a manufacturer's key by its fingerprint, as read out over another way.

import { sql } from 'kysely'
import { z } from 'zod'
import { operatorOf, refuseSamePerson } from '../../domain/document.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'
import { lockManufacturer } from './manufacturer-row.ts'

export const confirm = command({
  roles: ['countyFinance'],
  input: z.strictObject({ manufacturerId: z.int(), fingerprint: z.string().max(100) }),
  output: z.object({ manufacturerId: z.int(), confirmed: z.literal(true) }),
  async run({ tx, actor, countyId }, { manufacturerId, fingerprint }) {
    const found = await lockManufacturer(tx, countyId, manufacturerId)
    await refuseSamePerson(tx, actor, found.registeredBy, 'keyConfirmedByAnother')
    const plain = (text: string) => text.replaceAll(/[\s:-]/g, '').toUpperCase()
    if (plain(fingerprint) !== plain(found.fingerprint)) refuse('fingerprintDiffers')
    if (found.confirmedAt === null) {
      await tx
        .updateTable('manufacturer')
        .set({ confirmedBy: operatorOf(actor), confirmedAt: sql<Date>`now()` })
        .where('countyId', '=', countyId)
        .where('manufacturerId', '=', manufacturerId)
        .execute()
    }
    return { manufacturerId, confirmed: true as const }
  },
})
