// A station enters a sale of one of its halls to a customer, where the hall has no sign-in of its own.

import { z } from 'zod'
import { applicant } from '../../domain/card-service.ts'
import { documentAnswer, note, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { enterSale } from '../../domain/sale.ts'
import { sellerOf } from '../../domain/seller.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const record = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject({
    /** The hall; a seller enters its own. */
    hallId: z.int(),
    ranges: printedRanges,
    buyer: applicant.nullable().default(null),
    note: note.default(''),
  }),
  output: documentAnswer.extend({ quantity: z.int(), amountFen: z.int() }),
  async run({ tx, actor, countyId, now: at }, { hallId, ranges, ...rest }) {
    const seller = await sellerOf(tx, actor, hallId)
    if (seller.kind !== 'hall') refuse('sellerNotFound')
    return enterSale(tx, actor, { seller, ranges: storedRanges(ranges, countyId), at, ...rest })
  },
})
