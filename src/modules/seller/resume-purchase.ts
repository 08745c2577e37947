// A seller or hall may buy again.

import { z } from 'zod'
import { sellerOf, stopPurchases } from '../../domain/seller.ts'
import { command } from '../../domain/services.ts'

export const resumePurchase = command({
  roles: ['stationCardAdmin', 'countyFinance'],
  input: z.strictObject({ holderId: z.int() }),
  output: z.object({ holderId: z.int() }),
  async run({ tx, actor, countyId }, { holderId }) {
    await sellerOf(tx, actor, holderId)
    await stopPurchases(tx, { countyId, holderId }, null)
    return { holderId }
  },
})
