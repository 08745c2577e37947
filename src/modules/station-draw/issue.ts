// Finance issues the picked cards (确认出库): from the county to the station, in transit until the station accepts them.

import { z } from 'zod'
import { refuseExpired } from '../../domain/approval.ts'
import { proposeVoids } from '../../domain/bad-cards.ts'
import { releaseClaims } from '../../domain/claim.ts'
import { singleHolder } from '../../domain/county.ts'
import { advanceDocument, operatorOf, refuseSamePerson } from '../../domain/document.ts'
import { documentAnswer, documentRef, note } from '../../domain/document-forms.ts'
import { readQuantities, readRanges } from '../../domain/document-lines.ts'
import { availableNow, issueBody, lockIssue } from '../../domain/draw.ts'
import { yuan } from '../../domain/money.ts'
import { totalQuantity } from '../../domain/range.ts'
import { command } from '../../domain/services.ts'
import { lockBatches, moveCards } from '../../domain/stock.ts'
import { refuse } from '../../kernel/refusal.ts'

export const issue = command({
  roles: ['countyFinance'],
  /** 封签号 of what leaves. */
  input: z.object({ ...documentRef, sealNo: note.max(40).default('') }),
  output: documentAnswer.extend({ quantity: z.int() }),
  async run({ tx, actor, countyId, now }, { documentId, version, sealNo }) {
    const { issue: slip, application } = await lockIssue(tx, countyId, documentId, version)
    refuseExpired(application, now)
    if (application.approverId !== null) await refuseSamePerson(tx, actor, application.approverId, 'CK04')
    if (slip.state === 'picking' || slip.state === 'toCheck') refuse('CK03')
    const ranges = await readRanges(tx, slip)
    const body = issueBody.parse(slip.body)
    const { shortReason } = body
    // Batches before balances, as everywhere: moveCards takes both again and finds them its own.
    await lockBatches(tx, countyId, [...ranges, ...body.excluded])
    const approved = await readQuantities(tx, application)
    const asking = { countyId, holderId: application.holderId, documentId: application.documentId, now }
    const left = await availableNow(
      tx,
      asking,
      approved.map(line => line.faceValueFen),
    )
    for (const { faceValueFen, approvedQuantity: m } of approved) {
      const n = totalQuantity(ranges.filter(range => range.faceValueFen === faceValueFen))
      if (n < m && shortReason === null) refuse('CK01', { v: yuan(faceValueFen), n, m, d: m - n })
      const row = left.get(faceValueFen)
      if (row && n > Math.max(0, row.available)) refuse('CK07', { b: row.others + row.own })
    }
    const home = await singleHolder(tx, countyId, 'county')
    await moveCards(tx, {
      countyId,
      kind: 'draw',
      ranges,
      fromHolderId: home,
      toHolderId: application.holderId,
      documentId,
      operatorId: operatorOf(actor),
      at: now,
      inTransit: true,
      words: { STATE: 'CK02', HOLD: 'CK02' },
    })
    await releaseClaims(tx, slip)
    await advanceDocument(tx, actor, application, 'LS', 'issue')
    const issued = await advanceDocument(tx, actor, slip, 'CK', 'issue', {
      note: shortReason ?? '',
      body: { ...body, sealNo },
    })
    await proposeVoids(tx, actor, issued, body.excluded, home)
    return { ...issued, quantity: totalQuantity(ranges) }
  },
})
