// Changes the name and the contacts of a manufacturer; its key is replaced by an operation of its own.

import { z } from 'zod'
import { command } from '../../domain/services.ts'
import { contacts, lockManufacturer, manufacturerName, requireUnused } from './manufacturer-row.ts'

export const update = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({ manufacturerId: z.int(), name: manufacturerName, ...contacts }),
  output: z.object({ manufacturerId: z.int() }),
  async run({ tx, countyId }, { manufacturerId, ...named }) {
    await lockManufacturer(tx, countyId, manufacturerId)
    await requireUnused(tx, countyId, { manufacturerId, name: named.name })
    await tx
      .updateTable('manufacturer')
      .set(named)
      .where('countyId', '=', countyId)
      .where('manufacturerId', '=', manufacturerId)
      .execute()
    return { manufacturerId }
  },
})
