// The seller's own page (我的首页): cards by face value, what was bought, sold and recharged, and what is owed.

import { z } from 'zod'
import { dayOf, startOfDay } from '../../domain/business-day.ts'
import { readSellerSums, sellerSums } from '../../domain/sale.ts'
import { readSellers, sellerRow } from '../../domain/seller.ts'
import { query } from '../../domain/services.ts'
import { ownPlace } from '../../domain/visibility.ts'
import { refuse } from '../../kernel/refusal.ts'

export const home = query({
  roles: ['sellerPortal'],
  input: z.strictObject({}),
  output: z.object({
    seller: sellerRow,
    /** What may still be bought on credit. */
    creditLeftFen: z.int(),
    today: sellerSums,
    month: sellerSums,
  }),
  async run({ tx, actor, countyId, now }) {
    const holderId = ownPlace(actor)
    const [seller = refuse('sellerNotFound')] = await readSellers(tx, actor, { holderId, limit: 1 })
    const own = { countyId, holderId }
    const today = dayOf(now)
    return {
      seller,
      creditLeftFen: Math.max(0, seller.creditLimitFen - seller.owedFen),
      today: await readSellerSums(tx, own, startOfDay(today)),
      month: await readSellerSums(tx, own, startOfDay(`${today.slice(0, 8)}01`)),
    }
  },
})
