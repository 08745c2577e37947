// The station takes in what arrived well and refuses the rest, range by range with a reason (部分拒收).

import { z } from 'zod'
import { badRanges, badReasons } from '../../domain/bad-cards.ts'
import { documentAnswer, documentRef, note, printedRange } from '../../domain/document-forms.ts'
import { totalQuantity } from '../../domain/range.ts'
import { command } from '../../domain/services.ts'
import { lockArrival, takeIn } from '../../domain/transit.ts'
import { refuse as refuseWith } from '../../kernel/refusal.ts'

const mostRefusals = 500

export const refuse = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject({
    ...documentRef,
    refusals: z
      .array(printedRange.extend({ reason: z.enum(badReasons).nullable(), note: note.default('') }))
      .min(1)
      .max(mostRefusals),
  }),
  output: documentAnswer.extend({ accepted: z.int(), refused: z.int() }),
  async run({ tx, actor, countyId, now }, { documentId, version, refusals }) {
    const arrival = await lockArrival(tx, actor, documentId, version)
    // Words say what a list cannot: another reason needs them.
    const given = refusals.flatMap(({ reason, ...rest }) => (reason === null ? [] : [{ ...rest, reason }]))
    const unsaid = given.some(({ reason, note }) => reason === 'other' && note.trim() === '')
    if (unsaid || given.length < refusals.length) refuseWith('CK06')
    const refused = badRanges(given, arrival.issued, countyId)
    const changed = await takeIn(tx, actor, arrival, refused, now)
    const quantity = totalQuantity(refused)
    return { ...changed, accepted: totalQuantity(arrival.issued) - quantity, refused: quantity }
  },
})
