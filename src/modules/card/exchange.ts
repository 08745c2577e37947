// Exchanges active cards one to one for cards of a seller or hall (换卡), by finance; above the limit a second one approves.

import { z } from 'zod'
import { applicant, reopenOrOpen, requireReason, serviceReason } from '../../domain/card-service.ts'
import { doOrSubmit } from '../../domain/card-service-act.ts'
import { custodyPlace } from '../../domain/custody.ts'
import { documentAnswer, documentRef, note, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { totalQuantity } from '../../domain/range.ts'
import { sellerOf } from '../../domain/seller.ts'
import { command } from '../../domain/services.ts'

export const exchange = command({
  roles: ['countyFinance'],
  input: z.strictObject({
    /** The old cards: active, unused, no recharge under way. */
    ranges: printedRanges,
    /** Whose cards are handed out for them. */
    sellerId: z.int(),
    newRanges: printedRanges,
    /** Where the old cards lie now; null: they are lost, which only a named buyer may say. */
    custody: custodyPlace.nullable(),
    reason: serviceReason,
    applicant,
    note: note.default(''),
    /** A rejected exchange that is sent again, changed. */
    again: z.strictObject(documentRef).optional(),
  }),
  output: documentAnswer.extend({ quantity: z.int() }),
  async run({ tx, actor, countyId, now: at }, { ranges: printed, newRanges, sellerId, custody, ...asked }) {
    const { reason, applicant, note, again } = asked
    requireReason(reason, note)
    const { name: sellerName } = await sellerOf(tx, actor, sellerId)
    const ranges = storedRanges(printed, countyId)
    const given = storedRanges(newRanges, countyId)
    const exchange = { sellerId, sellerName, newRanges: given, custody, voidDocumentNo: null }
    const opened = await reopenOrOpen(tx, actor, { service: 'exchange', reason, applicant, exchange }, { note, again })
    const done = await doOrSubmit(tx, actor, { ...opened, ranges, at })
    return { ...done, quantity: totalQuantity(ranges) }
  },
})
