// A seller or hall buys cards at its station (售卡单): done at once, and from the commit on they can be recharged.

import { z } from 'zod'
import { createDocument, type Document, operatorOf } from '../../domain/document.ts'
import { documentAnswer, documentSeen, note, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { readRanges } from '../../domain/document-lines.ts'
import { amountOf, endDraft, lockOwn } from '../../domain/draft.ts'
import { yuan } from '../../domain/money.ts'
import { movableLines } from '../../domain/movable-lines.ts'
import { type PurchaseBody, purchaseBody, purchased } from '../../domain/purchase.ts'
import { type SerialRange, subtractRanges, totalQuantity } from '../../domain/range.ts'
import { type Seller, sellerOf } from '../../domain/seller.ts'
import { addEntries } from '../../domain/seller-money.ts'
import { command } from '../../domain/services.ts'
import { moveCards } from '../../domain/stock.ts'
import { ownPlace } from '../../domain/visibility.ts'
import type { Tx } from '../../kernel/db.ts'
import { refuse } from '../../kernel/refusal.ts'

export const execute = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject({
    /** The draft that this form was saved in, as it is on screen. */
    draft: z.strictObject(documentSeen).nullable().default(null),
    /** The seller or hall. */
    sellerId: z.int(),
    ranges: printedRanges,
    payment: z.strictObject({
      method: z.enum(['cash', 'transfer', 'credit']),
      /** What was received, or goes on credit: always the whole of it. */
      amountFen: z.int().nonnegative(),
      /** The number of a bank transfer. */
      reference: z.string().max(40).default(''),
    }),
    /** The seller saw the cards and signed (联合检验); null: as the draft says, or not yet. */
    jointCheck: z.strictObject({ confirmed: z.literal('paper') }).nullable(),
    note: note.default(''),
  }),
  output: documentAnswer.extend({ quantity: z.int(), amountFen: z.int() }),
  async run({ tx, actor, countyId, now }, input) {
    const { sellerId, payment, note } = input
    const seller = await sellerOf(tx, actor, sellerId)
    if (seller.disabled) refuse('SK07', { seller: seller.name })
    const ranges = storedRanges(input.ranges, countyId)
    const saved = input.draft && (await lockOwn(tx, actor, 'SK', input.draft))
    const signed = input.jointCheck && { ...input.jointCheck, by: seller.name, staffNo: '', at: now.toISOString() }
    const jointCheck = signed ?? (saved && (await checkSaved(tx, saved, seller, ranges)))
    if (!jointCheck) refuse('SK03', { seller: seller.name })
    if (payment.method === 'transfer' && payment.reference.trim() === '') refuse('SK06')
    const draft = saved ?? (await createDocument(tx, actor, { kind: 'SK', holderId: ownPlace(actor), note }))
    const move = await purchased(tx, draft, ranges)
    const lines = await movableLines(tx, move)
    const amountFen = amountOf(lines)
    if (payment.amountFen !== amountFen) refuse('SK02', { x: yuan(amountFen) })
    const cause = { countyId, documentId: draft.documentId, operatorId: operatorOf(actor), at: now }
    await moveCards(tx, { ...move, ...cause, toHolderId: sellerId })
    const entry = { kind: 'purchase' as const, ...payment }
    const { creditLimitFen, owedFen } = await addEntries(tx, { ...cause, holderId: sellerId }, [entry])
    const after = { creditLimitFen, owedFen }
    const body: PurchaseBody = { sellerId, sellerName: seller.name, payment, jointCheck, after }
    const sold = await endDraft(tx, actor, draft, 'SK', { lines, body, note })
    return { ...sold, quantity: totalQuantity(lines), amountFen }
  },
})

/** The check kept with a draft; it holds for this seller and these cards only. */
async function checkSaved(tx: Tx, draft: Document, seller: Seller, ranges: readonly SerialRange[]) {
  const { sellerId, jointCheck } = purchaseBody.parse(draft.body)
  const seen = await readRanges(tx, draft)
  const same = subtractRanges(ranges, seen).length === 0 && subtractRanges(seen, ranges).length === 0
  return sellerId === seller.holderId && same ? jointCheck : null
}
