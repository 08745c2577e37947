// The counter submits what was seen (提交复核): it is compared with the books as they are at this moment.

import { z } from 'zod'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { lockStocktake, requireCounter, scopeOf } from '../../domain/stocktake.ts'
import { compareCount, holdStill, keepResult } from '../../domain/stocktake-count.ts'
import { faceTotal } from '../../domain/stocktake-read.ts'
import { refuse } from '../../kernel/refusal.ts'

export const submit = command({
  roles: ['countyFinance', 'countyCardAdmin', 'stationCardAdmin'],
  input: z.strictObject({
    ...documentRef,
    /** Nothing was seen, and that is meant (PD05). */
    confirmZero: z.boolean().default(false),
  }),
  output: documentAnswer.extend({ totals: z.array(faceTotal) }),
  async run({ tx, actor }, { documentId, version, confirmZero }) {
    const { document, body } = await lockStocktake(tx, actor, documentId, version)
    await requireCounter(tx, actor, document.holderId)
    const submitted = await advanceDocument(tx, actor, document, 'PD', 'submit')
    const scope = scopeOf(document, body)
    await holdStill(tx, scope)
    const totals = await keepResult(tx, scope, await compareCount(tx, scope, body.afterMovementId ?? 0))
    if (!confirmZero && totals.every(total => total.counted === 0)) refuse('PD05')
    return { ...submitted, totals }
  },
})
