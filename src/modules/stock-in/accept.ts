// Finance re-accepts a delivery (复验入库): good cards begin their life at the county, bad numbers are dead for ever.

import { z } from 'zod'
import { releaseBatch } from '../../domain/card-file/compare.ts'
import { advanceDocument, lockDocument, operatorOf, refuseSamePerson } from '../../domain/document.ts'
import { documentAnswer, documentSeen } from '../../domain/document-forms.ts'
import { totalQuantity } from '../../domain/range.ts'
import { command } from '../../domain/services.ts'
import { admitCards } from '../../domain/stock.ts'
import { countResults, decide, type ExceptionRange, type StockInBody, stockInBody } from '../../domain/stock-in.ts'
import { refuse } from '../../kernel/refusal.ts'

/** What finance writes to let numbers die (RK06). */
const confirmation = '拒收'

export const accept = command({
  roles: ['countyFinance'],
  input: z.strictObject({ ...documentSeen, confirm: z.string().max(10).optional() }),
  output: documentAnswer.extend({ admitted: z.int(), rejected: z.int() }),
  async run({ tx, actor, countyId, now }, { documentId, version, confirm }) {
    const document = await lockDocument(tx, countyId, 'RK', documentId, version)
    await refuseSamePerson(tx, actor, document.authorId, 'RK04')
    const decided = await decide(tx, document)
    const [admitted, rejected] = [totalQuantity(decided.admitted), totalQuantity(decided.rejected)]
    const { missing: notArrived } = await countResults(tx, document)
    const outcome = { admitted, rejected, notArrived, reasons: byReason(decided.rejected) }
    const body: StockInBody = { ...stockInBody.parse(document.body), outcome }
    const accepted = await advanceDocument(tx, actor, document, 'RK', 'accept', { body })
    if (rejected > 0 && confirm !== confirmation) refuse('RK06', { n: rejected })
    await admitCards(tx, {
      countyId,
      batchId: document.parentId ?? 0,
      ...decided,
      countyHolderId: document.holderId,
      documentId,
      operatorId: operatorOf(actor),
      at: now,
    })
    await releaseBatch(tx, document)
    return { ...accepted, admitted, rejected }
  },
})

/** 拒收 summary of the slip. */
function byReason(ranges: readonly ExceptionRange[]) {
  const sums = new Map<string, number>()
  for (const range of ranges) sums.set(range.reason, (sums.get(range.reason) ?? 0) + totalQuantity([range]))
  return [...sums].map(([reason, quantity]) => ({ reason, quantity })).slice(0, mostReasons)
}

/** A file may name thousands; the register of rejected numbers has them all. */
const mostReasons = 200
