// A seller or hall brings cards back to its station (退卡单): from the commit on they cannot be recharged, and are refunded.

import { z } from 'zod'
import { createDocument, operatorOf } from '../../domain/document.ts'
import { documentAnswer, documentSeen, note, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { amountOf, endDraft, lockOwn } from '../../domain/draft.ts'
import { yuan } from '../../domain/money.ts'
import { totalQuantity } from '../../domain/range.ts'
import { addEntries, type Entry } from '../../domain/seller-money.ts'
import { type ReturnBody, returnable } from '../../domain/seller-return.ts'
import { command } from '../../domain/services.ts'
import { moveCards } from '../../domain/stock.ts'
import { ownPlace } from '../../domain/visibility.ts'
import { refuse } from '../../kernel/refusal.ts'

const refund = z.strictObject({
  method: z.enum(['cash', 'transfer', 'offset']),
  amountFen: z.int().positive(),
  /** The number of a bank transfer. */
  reference: z.string().max(40).default(''),
})

export const execute = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject({
    /** The draft that this form was saved in, as it is on screen. */
    draft: z.strictObject(documentSeen).nullable().default(null),
    /** Who brings the cards; without it, whoever bought them. */
    sellerId: z.int().nullable().default(null),
    ranges: printedRanges,
    /** Together what is due: partly paid back, partly set off against debt. */
    refunds: z.array(refund).min(1).max(5),
    /** 完好检验: the cards were looked at and are intact. */
    intact: z.boolean(),
    note: note.default(''),
  }),
  output: documentAnswer.extend({ sellerId: z.int(), quantity: z.int(), amountFen: z.int() }),
  async run({ tx, actor, countyId, now }, input) {
    const { refunds, note } = input
    if (!input.intact) refuse('notIntact')
    if (refunds.some(part => part.method === 'transfer' && part.reference.trim() === '')) refuse('SK06')
    const saved = input.draft && (await lockOwn(tx, actor, 'TK', input.draft))
    const draft = saved ?? (await createDocument(tx, actor, { kind: 'TK', holderId: ownPlace(actor), note }))
    const { seller, move, lines } = await returnable(tx, draft, storedRanges(input.ranges, countyId), input.sellerId)
    const amountFen = amountOf(lines)
    const parts = refunds.reduce((sum, part) => sum + part.amountFen, 0)
    if (parts !== amountFen) refuse('refundNotWhole', { x: yuan(amountFen) })
    const cause = { countyId, documentId: draft.documentId, operatorId: operatorOf(actor), at: now }
    await moveCards(tx, { ...move, ...cause, toHolderId: draft.holderId })
    const entries = refunds.map((part): Entry => ({ kind: 'refund', ...part }))
    const { holderId: sellerId, name: sellerName } = seller
    const { creditLimitFen, owedFen } = await addEntries(tx, { ...cause, holderId: sellerId }, entries)
    const body: ReturnBody = { sellerId, sellerName, refunds, after: { creditLimitFen, owedFen } }
    const returned = await endDraft(tx, actor, draft, 'TK', { lines, body, note })
    return { ...returned, sellerId, quantity: totalQuantity(lines), amountFen }
  },
})
