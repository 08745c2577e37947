// A seller or hall enters a sale to a customer (登记售出); the cards cannot be returned to the station afterwards.

import { z } from 'zod'
import { applicant } from '../../domain/card-service.ts'
import { documentAnswer, note, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { enterSale } from '../../domain/sale.ts'
import { sellerOf } from '../../domain/seller.ts'
import { command } from '../../domain/services.ts'
import { ownPlace } from '../../domain/visibility.ts'

export const recordSale = command({
  roles: ['sellerPortal'],
  input: z.strictObject({ ranges: printedRanges, buyer: applicant.nullable().default(null), note: note.default('') }),
  output: documentAnswer.extend({ quantity: z.int(), amountFen: z.int() }),
  async run({ tx, actor, countyId, now: at }, { ranges, ...rest }) {
    const seller = await sellerOf(tx, actor, ownPlace(actor))
    return enterSale(tx, actor, { seller, ranges: storedRanges(ranges, countyId), at, ...rest })
  },
})
