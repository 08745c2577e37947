// Prints a slip: counts it (补打 from the second on) and answers what is put on the paper.

import { z } from 'zod'
import { countySettings } from '../../domain/county-settings.ts'
import { lockDocument, operatorOf } from '../../domain/document.ts'
import { documentRef } from '../../domain/document-forms.ts'
import { seenKind } from '../../domain/document-read.ts'
import { command } from '../../domain/services.ts'
import { printSlip, slipShown } from '../../domain/slip.ts'
import { slipNames, slipsOf } from '../../domain/slip-layout.ts'
import { refuse } from '../../kernel/refusal.ts'

export const print = command({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'hotlineAttendant'],
  input: z.strictObject({
    ...documentRef,
    /** The document's own slip, unless another of its kind is asked for. */
    slip: z.enum(slipNames).optional(),
    /** 逐张清单 */
    cardByCard: z.boolean().default(false),
  }),
  output: slipShown,
  async run({ tx, actor, countyId, services, now }, { documentId, version, slip: asked, cardByCard }) {
    const kind = await seenKind(tx, actor, documentId)
    await lockDocument(tx, countyId, kind, documentId, version)
    const slip = asked ?? slipsOf(kind)[0] ?? refuse('slipOfAnotherKind', { slip: kind })
    const { slipAddress: address } = await countySettings(tx, countyId)
    const by = { ...actor, operatorId: operatorOf(actor) }
    return printSlip(tx, by, { documentId, slip, cardByCard }, { key: services.slipKey, address, at: now })
  },
})
