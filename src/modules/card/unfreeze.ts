// Finance lifts chosen freezes (解冻), never one that its own person set; what other documents froze stays frozen.

import { z } from 'zod'
import { thawCards } from '../../domain/card-freeze.ts'
import { applicant, linesOf, openService, requireReason, serviceReason } from '../../domain/card-service.ts'
import { advanceDocument, lockDocument, refuseSamePerson } from '../../domain/document.ts'
import { documentAnswer, note, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { writeRanges } from '../../domain/document-lines.ts'
import { joinRanges, totalQuantity } from '../../domain/range.ts'
import { heldRanges } from '../../domain/range-check.ts'
import { command } from '../../domain/services.ts'
import type { Tx } from '../../kernel/db.ts'
import { refuse } from '../../kernel/refusal.ts'

export const unfreeze = command({
  roles: ['countyFinance'],
  input: z.strictObject({
    /** The documents whose freezes are lifted, as card.freezes names them. */
    documentIds: z.array(z.int()).min(1).max(50),
    /** Only these of their cards; all of them by default. */
    ranges: printedRanges.optional(),
    reason: serviceReason,
    applicant: applicant.nullable().default(null),
    note: note.default(''),
  }),
  output: documentAnswer.extend({ quantity: z.int() }),
  async run({ tx, actor, countyId }, { documentIds, ranges, reason, applicant, note }) {
    requireReason(reason, note)
    const freezing = [...new Set(documentIds)].sort((a, b) => a - b)
    await requireServices(tx, countyId, freezing)
    const only = ranges && storedRanges(ranges, countyId)
    const thawed = []
    const lifted: string[] = []
    for (const documentId of freezing) {
      const document = await lockDocument(tx, countyId, 'KF', documentId)
      await refuseSamePerson(tx, actor, document.authorId, 'KF05')
      const pieces = await thawCards(tx, document, only)
      if (pieces.length === 0) continue
      thawed.push(...pieces)
      lifted.push(document.documentNo ?? '')
    }
    if (thawed.length === 0) refuse('notFrozen')
    const draft = await openService(tx, actor, { service: 'unfreeze', reason, applicant, lifted }, note)
    const cards = joinRanges(thawed)
    const lines = linesOf(await heldRanges(tx, countyId, cards), cards)
    await writeRanges(tx, draft, lines)
    const done = await advanceDocument(tx, actor, draft, 'KF', 'execute', { note })
    return { ...done, quantity: totalQuantity(lines) }
  },
})

/** What a void froze is lifted by its own end, and by nothing else. */
async function requireServices(tx: Tx, countyId: number, documentIds: readonly number[]): Promise<void> {
  const rows = await tx
    .selectFrom('document')
    .select(['documentId', 'documentNo', 'kind'])
    .where('countyId', '=', countyId)
    .where('documentId', 'in', documentIds)
    .execute()
  const other = rows.find(row => row.kind !== 'KF')
  if (other) refuse('frozenByDocument', { documentNo: other.documentNo ?? other.kind })
}
