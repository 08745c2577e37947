// Saves the ranges scanned for a return: finds their seller and original purchases, and claims them until it ends.

import { z } from 'zod'
import { documentAnswer, documentRef, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { amountOf, lockDraft, saveScan } from '../../domain/draft.ts'
import { totalQuantity } from '../../domain/range.ts'
import { readSellerMoney } from '../../domain/seller-money.ts'
import { type ReturnBody, returnable, returnBody } from '../../domain/seller-return.ts'
import { printSerial } from '../../domain/serial.ts'
import { command } from '../../domain/services.ts'

const line = z.object({
  firstSerial: z.string(),
  lastSerial: z.string(),
  faceValueFen: z.int(),
  purchaseNo: z.string(),
})

export const scan = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject({
    ...documentRef,
    ranges: printedRanges,
    /** Who brings the cards; without it, whoever bought them. */
    sellerId: z.int().nullable().default(null),
  }),
  output: documentAnswer.extend({
    sellerId: z.int(),
    sellerName: z.string(),
    lines: z.array(line),
    quantity: z.int(),
    /** 应退, and what of it may be paid back or set off. */
    amountFen: z.int(),
    paidFen: z.int(),
    owedFen: z.int(),
  }),
  async run({ tx, actor, countyId }, { documentId, version, ranges, sellerId }) {
    const draft = await lockDraft(tx, actor, 'TK', { documentId, version })
    const { seller, lines } = await returnable(tx, draft, storedRanges(ranges, countyId), sellerId)
    const { holderId, name } = seller
    const body: ReturnBody = { ...returnBody.parse(draft.body), sellerId: holderId, sellerName: name }
    const saved = await saveScan(tx, actor, draft, lines, body)
    const { paidFen, owedFen } = await readSellerMoney(tx, countyId, holderId)
    return {
      ...saved,
      sellerId: holderId,
      sellerName: name,
      lines: lines.map(({ firstSerial, lastSerial, faceValueFen, note = '' }) => ({
        firstSerial: printSerial(firstSerial),
        lastSerial: printSerial(lastSerial),
        faceValueFen,
        purchaseNo: note,
      })),
      quantity: totalQuantity(lines),
      amountFen: amountOf(lines),
      paidFen,
      owedFen,
    }
  },
})
