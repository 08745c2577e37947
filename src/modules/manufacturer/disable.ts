// Takes a manufacturer out of use, or into use again: no new file is made for it meanwhile; what it has may still come back.

import { sql } from 'kysely'
import { z } from 'zod'
import { command } from '../../domain/services.ts'
import { lockManufacturer } from './manufacturer-row.ts'

export const disable = command({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject({ manufacturerId: z.int(), disabled: z.boolean().default(true) }),
  output: z.object({ manufacturerId: z.int(), disabled: z.boolean() }),
  async run({ tx, countyId }, { manufacturerId, disabled }) {
    const found = await lockManufacturer(tx, countyId, manufacturerId)
    if ((found.disabledAt !== null) !== disabled) {
      await tx
        .updateTable('manufacturer')
        .set({ disabledAt: disabled ? sql<Date>`now()` : null })
        .where('countyId', '=', countyId)
        .where('manufacturerId', '=', manufacturerId)
        .execute()
    }
    return { manufacturerId, disabled }
  },
})
