// Cards are taken out of what was seen (剔除).

import { z } from 'zod'
import { documentRef, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { dropScans, lockStocktake, requireCounter, requireState, scopeOf } from '../../domain/stocktake.ts'

export const unscan = command({
  roles: ['countyFinance', 'countyCardAdmin', 'stationCardAdmin'],
  input: z.strictObject({ ...documentRef, ranges: printedRanges }),
  output: z.object({ documentId: z.int(), removed: z.int() }),
  async run({ tx, actor, countyId }, { documentId, version, ranges }) {
    const { document, body } = await lockStocktake(tx, actor, documentId, version)
    requireState(document, 'counting', 'unscan')
    await requireCounter(tx, actor, document.holderId)
    return { documentId, removed: await dropScans(tx, scopeOf(document, body), storedRanges(ranges, countyId)) }
  },
})
