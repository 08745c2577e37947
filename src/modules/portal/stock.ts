// The seller's own cards (我的卡): ranges with what each did since its purchase.

import { z } from 'zod'
import { rangesPage, readSellerRanges, sellerRange } from '../../domain/seller-cards.ts'
import { query } from '../../domain/services.ts'
import { ownPlace } from '../../domain/visibility.ts'

export const stock = query({
  roles: ['sellerPortal'],
  input: z.strictObject(rangesPage),
  output: z.object({ ranges: z.array(sellerRange) }),
  async run({ tx, actor, countyId }, page) {
    return { ranges: await readSellerRanges(tx, { countyId, holderId: ownPlace(actor) }, page) }
  },
})
