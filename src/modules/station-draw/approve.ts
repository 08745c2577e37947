// The county approves an application, for as much as was asked or for less (核减), good for some days.

import { z } from 'zod'
import { endOfDay } from '../../domain/approval.ts'
import { countySettings } from '../../domain/county-settings.ts'
import { advanceDocument, lockDocument } from '../../domain/document.ts'
import { documentAnswer, documentSeen, note } from '../../domain/document-forms.ts'
import { readQuantities, writeQuantities } from '../../domain/document-lines.ts'
import { applicationBody, availableNow } from '../../domain/draw.ts'
import { instant } from '../../domain/forms.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const approve = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({
    ...documentSeen,
    /** Only the face values approved for less than was asked; 0 for none of it. */
    lines: z
      .array(z.strictObject({ faceValueFen: z.int(), approvedQuantity: z.int().min(0) }))
      .max(20)
      .default([]),
    note: note.default(''),
  }),
  output: documentAnswer.extend({ validUntil: instant }),
  async run({ tx, actor, countyId, now }, { documentId, version, lines: less, note }) {
    const document = await lockDocument(tx, countyId, 'LS', documentId, version)
    const asked = await readQuantities(tx, document)
    const wanted = new Map(less.map(line => [line.faceValueFen, line.approvedQuantity]))
    if (less.some(line => !asked.some(one => one.faceValueFen === line.faceValueFen))) refuse('LS03')
    const lines = asked.map(line => ({ ...line, approvedQuantity: wanted.get(line.faceValueFen) ?? line.quantity }))
    if (lines.some(line => line.approvedQuantity > line.quantity)) refuse('LS03')
    if (lines.every(line => line.approvedQuantity === 0)) refuse('nothingApproved')
    const reduced = lines.some(line => line.approvedQuantity < line.quantity)
    if (reduced && note.trim() === '') refuse('reductionReason')

    const body = applicationBody.parse(document.body)
    const asking = { countyId, holderId: document.holderId, documentId, now }
    const left = await availableNow(
      tx,
      asking,
      lines.map(line => line.faceValueFen),
    )
    for (const { faceValueFen, approvedQuantity } of lines) {
      // Below 0 where a loss took stock from under earlier ones: none of it can always be granted.
      const b = Math.max(0, left.get(faceValueFen)?.available ?? 0)
      const a = body.atSubmission.find(row => row.faceValueFen === faceValueFen)?.available ?? 0
      if (approvedQuantity > b) refuse('LS04', { a, b })
    }
    const { approvalDays } = await countySettings(tx, countyId)
    const validUntil = await endOfDay(tx, now, approvalDays)
    const approved = await advanceDocument(tx, actor, document, 'LS', 'approve', {
      note,
      validUntil,
      body: { ...body, atApproval: [...left.values()] },
    })
    await writeQuantities(tx, document, lines)
    return { ...approved, validUntil }
  },
})
