// A station keeps the file of its seller or hall: agreement, deposit, identity, telephone; what is left out stays.

import { z } from 'zod'
import { sellerFile, sellerOf, writeSellerFile } from '../../domain/seller.ts'
import { command } from '../../domain/services.ts'

export const update = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject({ holderId: z.int(), ...sellerFile }),
  output: z.object({ holderId: z.int() }),
  async run({ tx, actor, countyId }, { holderId, ...file }) {
    await sellerOf(tx, actor, holderId)
    await writeSellerFile(tx, { countyId, holderId }, file)
    return { holderId }
  },
})
