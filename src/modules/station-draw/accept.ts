// The station has seen the cards of an issue and takes them into its stock (全部验收).

import { z } from 'zod'
import { advanceDocument, operatorOf } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { readRanges } from '../../domain/document-lines.ts'
import { lockIssue } from '../../domain/draw.ts'
import { totalQuantity } from '../../domain/range.ts'
import { command } from '../../domain/services.ts'
import { endTransit } from '../../domain/stock.ts'
import { ownPlace } from '../../domain/visibility.ts'
import { refuse } from '../../kernel/refusal.ts'

export const accept = command({
  roles: ['stationCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer.extend({ quantity: z.int() }),
  async run({ tx, actor, countyId, now }, { documentId, version }) {
    const { issue, application } = await lockIssue(tx, countyId, documentId, version)
    if (issue.holderId !== ownPlace(actor)) refuse('documentNotFound', { documentId })
    const accepted = await advanceDocument(tx, actor, issue, 'CK', 'accept')
    const ranges = await readRanges(tx, issue)
    const cause = { countyId, documentId, operatorId: operatorOf(actor), at: now }
    await endTransit(tx, { ...cause, ranges, toHolderId: issue.holderId })
    await advanceDocument(tx, actor, application, 'LS', 'finish')
    return { ...accepted, quantity: totalQuantity(ranges) }
  },
})
