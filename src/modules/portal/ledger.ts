// The seller's own ledger with its station (往来账).

import { z } from 'zod'
import { ledgerLine, ledgerPage, readLedger } from '../../domain/seller-ledger.ts'
import { query } from '../../domain/services.ts'
import { ownPlace } from '../../domain/visibility.ts'

export const ledger = query({
  roles: ['sellerPortal'],
  input: z.strictObject(ledgerPage),
  output: z.object({ entries: z.array(ledgerLine) }),
  async run({ tx, actor, countyId }, page) {
    return { entries: await readLedger(tx, { countyId, holderId: ownPlace(actor) }, page) }
  },
})
