// One stocktake: the sheet to count by (《盘点表》), what was seen, and after its submission the report (《盘点报告》).

import { z } from 'zod'
import { documentDetails } from '../../domain/document-forms.ts'
import { readBodies, readDocument } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'
import { hidesExpected, stocktakeBody } from '../../domain/stocktake.ts'
import {
  differenceRow,
  expectedRow,
  faceTotal,
  moveRow,
  readCounting,
  readReport,
  readScans,
  scanRow,
} from '../../domain/stocktake-read.ts'

export const get = query({
  roles: ['countyFinance', 'countyCardAdmin', 'stationCardAdmin'],
  input: z.strictObject({ documentId: z.int() }),
  output: documentDetails.extend({
    stocktake: stocktakeBody.pick({ method: true, faceValuesFen: true, supervisor: true, snapshotAt: true }),
    scans: z.array(scanRow),
    /** What is expected now, range by range, with how much of it was seen; null where the count must not know. */
    expected: z.array(expectedRow).nullable(),
    /** PD02: what moved during the count. */
    moves: z.array(moveRow).nullable(),
    /** Only after the submission. */
    totals: z.array(faceTotal),
    differences: z.array(differenceRow),
  }),
  async run({ tx, actor, countyId }, { documentId }) {
    const details = await readDocument(tx, actor, 'PD', documentId)
    const body = stocktakeBody.parse((await readBodies(tx, countyId, [documentId])).get(documentId))
    const { holderId, state } = details.head
    const scope = { countyId, documentId, holderId, faceValuesFen: body.faceValuesFen }
    const common = { ...details, stocktake: body, scans: await readScans(tx, scope) }
    const nothing = { expected: null, moves: null, totals: [], differences: [] }
    if (hidesExpected(body.method, state) || body.afterMovementId === null) return { ...common, ...nothing }
    if (state === 'counting') return { ...common, ...nothing, ...(await readCounting(tx, scope, body.afterMovementId)) }
    return { ...common, ...(await readReport(tx, scope)) }
  },
})
