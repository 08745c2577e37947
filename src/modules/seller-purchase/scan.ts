// Saves the ranges scanned for a sale, all of them at once; they are claimed until it ends.

import { z } from 'zod'
import { documentAnswer, documentRef, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { amountOf, lockDraft, saveScan } from '../../domain/draft.ts'
import { movableLines } from '../../domain/movable-lines.ts'
import { type PurchaseBody, purchaseBody, purchased } from '../../domain/purchase.ts'
import { totalQuantity } from '../../domain/range.ts'
import { command } from '../../domain/services.ts'

export const scan = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject({ ...documentRef, ranges: printedRanges }),
  output: documentAnswer.extend({ quantity: z.int(), amountFen: z.int() }),
  async run({ tx, actor, countyId }, { documentId, version, ranges }) {
    const draft = await lockDraft(tx, actor, 'SK', { documentId, version })
    const lines = await movableLines(tx, await purchased(tx, draft, storedRanges(ranges, countyId)))
    // What the seller confirmed before was about other cards.
    const body: PurchaseBody = { ...purchaseBody.parse(draft.body), jointCheck: null }
    const saved = await saveScan(tx, actor, draft, lines, body)
    return { ...saved, quantity: totalQuantity(lines), amountFen: amountOf(lines) }
  },
})
