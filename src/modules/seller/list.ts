// Sellers and halls with their cards and money: a station sees its own, finance all of the county.

import { z } from 'zod'
import { pageSize } from '../../domain/forms.ts'
import { readSellers, sellerRow } from '../../domain/seller.ts'
import { query } from '../../domain/services.ts'

export const list = query({
  roles: ['stationCardAdmin', 'countyFinance'],
  input: z.strictObject({
    stationId: z.int().optional(),
    kind: z.enum(['seller', 'hall']).optional(),
    /** Part of the name or code; a badge holds the code. */
    search: z.string().min(1).max(60).optional(),
    stopped: z.boolean().optional(),
    owing: z.boolean().optional(),
    /** Only those after this one: the last of the page before. */
    afterId: z.int().optional(),
    limit: pageSize,
  }),
  output: z.object({ sellers: z.array(sellerRow) }),
  async run({ tx, actor }, filter) {
    return { sellers: await readSellers(tx, actor, filter) }
  },
})
