// A seller reports its own cards lost (报失): they are frozen at once, and the report waits for the station.

import { z } from 'zod'
import { freezeCards } from '../../domain/card-freeze.ts'
import { requireReason, serviceBody, serviceReason, serviceReasons } from '../../domain/card-service.ts'
import { advanceDocument, createDocument } from '../../domain/document.ts'
import { documentAnswer, note, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { writeRanges } from '../../domain/document-lines.ts'
import { totalQuantity } from '../../domain/range.ts'
import { facedRanges, requireLiving } from '../../domain/range-check.ts'
import { requireInHand } from '../../domain/sale.ts'
import { command } from '../../domain/services.ts'
import { ownPlace } from '../../domain/visibility.ts'

export const reportLoss = command({
  roles: ['sellerPortal'],
  input: z.strictObject({
    ranges: printedRanges,
    reason: serviceReason.extract(['lost', 'stolen', 'disputed', 'other']),
    note: note.default(''),
  }),
  output: documentAnswer.extend({ quantity: z.int() }),
  async run({ tx, actor, countyId }, { ranges: printed, reason, note }) {
    requireReason(reason, note)
    const holderId = ownPlace(actor)
    const ranges = storedRanges(printed, countyId)
    await requireInHand(tx, { countyId, holderId }, ranges)
    const body = serviceBody.parse({ service: 'freeze', reason })
    const draft = await createDocument(tx, actor, { kind: 'KF', holderId, note, body })
    const { documentId } = draft
    const held = await requireLiving(tx, { countyId, ranges, documentId, holderId, allows: ['BUSY', 'HELD'] })
    await freezeCards(tx, draft, ranges, serviceReasons[reason])
    const lines = facedRanges(held, ranges)
    await writeRanges(tx, draft, lines)
    const reported = await advanceDocument(tx, actor, draft, 'KF', 'report', { note })
    return { ...reported, quantity: totalQuantity(lines) }
  },
})
