// Shows a slip as it would be printed now, without check and without being counted.

import { z } from 'zod'
import { seenKind } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'
import { readSlip, slipShown } from '../../domain/slip.ts'
import { slipNames, slipsOf } from '../../domain/slip-layout.ts'
import { refuse } from '../../kernel/refusal.ts'

export const preview = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'hotlineAttendant'],
  input: z.strictObject({
    documentId: z.int(),
    slip: z.enum(slipNames).optional(),
    cardByCard: z.boolean().default(false),
  }),
  output: slipShown.extend({
    /** Every slip that a document of this kind has. */
    slips: z.array(z.string()),
  }),
  async run({ tx, actor, countyId }, { documentId, slip: asked, cardByCard }) {
    const kind = await seenKind(tx, actor, documentId)
    const slips = slipsOf(kind)
    const slip = asked ?? slips[0] ?? refuse('slipOfAnotherKind', { slip: kind })
    return { ...(await readSlip(tx, countyId, { documentId, slip, cardByCard })), slips: [...slips] }
  },
})
