// The ledger of a seller or hall (往来账).

import { z } from 'zod'
import { sellerOf } from '../../domain/seller.ts'
import { ledgerLine, ledgerPage, readLedger } from '../../domain/seller-ledger.ts'
import { query } from '../../domain/services.ts'

export const ledger = query({
  roles: ['stationCardAdmin', 'countyFinance'],
  input: z.strictObject({ holderId: z.int(), ...ledgerPage }),
  output: z.object({ entries: z.array(ledgerLine) }),
  async run({ tx, actor, countyId }, { holderId, ...page }) {
    await sellerOf(tx, actor, holderId)
    return { entries: await readLedger(tx, { countyId, holderId }, page) }
  },
})
