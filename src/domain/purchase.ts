// A purchase (售卡单): what its document holds beside the ranges.

import { z } from 'zod'

export const purchaseBody = z.object({
  sellerId: z.int(),
  sellerName: z.string(),
  payment: z.object({
    method: z.enum(['cash', 'transfer', 'credit']),
    amountFen: z.int(),
    reference: z.string(),
  }),
  jointCheck: z.object({ confirmed: z.literal('paper') }),
})
