// Finance re-accepts a delivery (复验入库): good cards begin their life at the county, bad numbers are dead for ever.

import { z } from 'zod'
import { releaseBatch } from '../../domain/card-file/compare.ts'
import { advanceDocument, lockDocument, operatorOf, refuseSamePerson } from '../../domain/document.ts'
import { documentAnswer, documentSeen } from '../../domain/document-forms.ts'
import { readRanges } from '../../domain/document-lines.ts'
import { subtractRanges, totalQuantity } from '../../domain/range.ts'
import { command } from '../../domain/services.ts'
import { admitCards } from '../../domain/stock.ts'
import { readResults } from '../../domain/stock-in.ts'
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
    const accepted = await advanceDocument(tx, actor, document, 'RK', 'accept')
    const failed = (await readRanges(tx, document)).map(({ note, ...range }) => ({
      ...range,
      reason: `inspectionFailed: ${note}`,
    }))
    const differing = await readResults(tx, document, ['duplicate', 'changedPin', 'changedFace', 'reportedFaulty'])
    // A duplicate with a reason names the stock-in that dealt with the number before: nothing is left to decide on it.
    const bad = differing
      .filter(range => range.class !== 'duplicate' || range.reason === '')
      .map(range => ({ ...range, reason: range.reason === '' ? range.class : `${range.class}: ${range.reason}` }))
    const rejected = [...failed, ...bad]
    const admitted = subtractRanges(await readResults(tx, document, ['match']), failed)
    if (rejected.length > 0 && confirm !== confirmation) refuse('RK06', { n: totalQuantity(rejected) })
    await admitCards(tx, {
      countyId,
      batchId: document.parentId ?? 0,
      admitted,
      rejected,
      countyHolderId: document.holderId,
      documentId,
      operatorId: operatorOf(actor),
      at: now,
    })
    await releaseBatch(tx, document)
    return { ...accepted, admitted: totalQuantity(admitted), rejected: totalQuantity(rejected) }
  },
})
