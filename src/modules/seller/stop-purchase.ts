// A seller or hall may buy no more for now (停购); what it holds can still be sold, recharged and returned.

import { z } from 'zod'
import { note } from '../../domain/document-forms.ts'
import { sellerOf, stopPurchases } from '../../domain/seller.ts'
import { command } from '../../domain/services.ts'

export const stopPurchase = command({
  roles: ['stationCardAdmin', 'countyFinance'],
  /** The reason is kept in the audit log. */
  input: z.strictObject({ holderId: z.int(), reason: note.min(1) }),
  output: z.object({ holderId: z.int() }),
  async run({ tx, actor, countyId, now }, { holderId }) {
    await sellerOf(tx, actor, holderId)
    await stopPurchases(tx, { countyId, holderId }, now)
    return { holderId }
  },
})
