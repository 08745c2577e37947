// Cards are seen: by range or one by one, by everybody who counts, each card once.

import { z } from 'zod'
import { documentRef, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { totalQuantity } from '../../domain/range.ts'
import { command } from '../../domain/services.ts'
import {
  batchFaces,
  hidesExpected,
  keepScans,
  lockStocktake,
  requireCounter,
  requireState,
  scansOf,
  scopeOf,
} from '../../domain/stocktake.ts'
import { cutByFace, straysAmong } from '../../domain/stocktake-count.ts'
import { namedStrays, strayRow } from '../../domain/stocktake-read.ts'

export const scan = command({
  roles: ['countyFinance', 'countyCardAdmin', 'stationCardAdmin'],
  input: z.strictObject({ ...documentRef, ranges: printedRanges }),
  output: z.object({
    documentId: z.int(),
    /** Cards seen for the first time, and those that had been seen before. */
    added: z.int(),
    again: z.int(),
    faceValues: z.array(z.object({ faceValueFen: z.int(), added: z.int() })),
    /** 他处所属: at once with their holder; a blind count is not told, since what is left out would be expected. */
    elsewhere: z.array(strayRow).nullable(),
  }),
  async run({ tx, actor, countyId, now }, { documentId, version, ranges: printed }) {
    const { document, body } = await lockStocktake(tx, actor, documentId, version)
    requireState(document, 'counting', 'scan')
    await requireCounter(tx, actor, document.holderId)
    const { fresh, again } = await keepScans(tx, actor, scopeOf(document, body), storedRanges(printed, countyId), now)
    const pieces = cutByFace(fresh, await batchFaces(tx, countyId))
    const faces = [...new Set(pieces.map(piece => piece.faceValueFen))]
    const added = (face: number) => totalQuantity(pieces.filter(piece => piece.faceValueFen === face))
    const faceValues = faces.map(faceValueFen => ({ faceValueFen, added: added(faceValueFen) }))
    const total = totalQuantity(fresh)
    if (hidesExpected(body.method, document.state))
      return { documentId, added: total, again, faceValues, elsewhere: null }
    const strange = (await scansOf(tx, document, fresh)).filter(seen => !seen.here)
    const elsewhere = await namedStrays(tx, countyId, await straysAmong(tx, countyId, strange))
    return { documentId, added: total, again, faceValues, elsewhere }
  },
})
