// The station has seen the cards of an issue and takes them all into its stock (全部验收).

import { z } from 'zod'
import { documentAnswer, documentRef, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { subtractRanges, totalQuantity } from '../../domain/range.ts'
import { faultText } from '../../domain/range-check.ts'
import { command } from '../../domain/services.ts'
import { lockArrival, takeIn } from '../../domain/transit.ts'
import { refuse } from '../../kernel/refusal.ts'

export const accept = command({
  roles: ['stationCardAdmin'],
  input: z.object({
    ...documentRef,
    /** Every box or range as scanned at the station; absent: all agrees, by eye. */
    ranges: printedRanges.optional(),
  }),
  output: documentAnswer.extend({ quantity: z.int() }),
  async run({ tx, actor, countyId, now }, { documentId, version, ranges: printed }) {
    const arrival = await lockArrival(tx, actor, documentId, version)
    if (printed) {
      const scanned = storedRanges(printed, countyId)
      const text = (code: 'GAP' | 'HOLD') => (range: (typeof scanned)[number]) =>
        faultText({ ...range, code, about: '' })
      const [missing, extra] = [subtractRanges(arrival.issued, scanned), subtractRanges(scanned, arrival.issued)]
      if (missing.length + extra.length > 0) {
        refuse('arrivalDiffers', {
          n: totalQuantity(missing),
          m: totalQuantity(extra),
          faults: [...missing.map(text('GAP')), ...extra.map(text('HOLD'))].slice(0, 200),
        })
      }
    }
    const accepted = await takeIn(tx, actor, arrival, [], now)
    return { ...accepted, quantity: totalQuantity(arrival.issued) }
  },
})
