// One application or issue with its lines, steps and what only it holds; an issue brings its application along.

import { z } from 'zod'
import { printedBadRange, printedBadRanges } from '../../domain/bad-cards.ts'
import { documentDetails } from '../../domain/document-forms.ts'
import { readDocument } from '../../domain/document-read.ts'
import { applicationBody, issueBody } from '../../domain/draw.ts'
import { query } from '../../domain/services.ts'

const issueView = issueBody.extend({
  excluded: z.array(printedBadRange),
  refusals: z.array(printedBadRange.extend({ settled: z.enum(['takenBack', 'voided']).nullable() })),
})
const quantities = z.array(z.object({ faceValueFen: z.int(), quantity: z.int(), approvedQuantity: z.int().nullable() }))

export const get = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'],
  input: z.strictObject({ kind: z.enum(['LS', 'CK']), documentId: z.int() }),
  output: documentDetails.extend({
    application: applicationBody,
    /** What was applied for and approved. */
    applied: quantities,
    issue: issueView.nullable(),
  }),
  async run({ tx, actor, countyId }, { kind, documentId }) {
    const document = await readDocument(tx, actor, kind, documentId)
    const bodies = await tx
      .selectFrom('document')
      .select(['documentId', 'body'])
      .where('countyId', '=', countyId)
      .where('documentId', 'in', [documentId, document.head.parentId ?? documentId])
      .execute()
    const bodyOf = (id: number | null) => bodies.find(row => row.documentId === id)?.body
    const applicationId = kind === 'LS' ? documentId : document.head.parentId
    const applied = await tx
      .selectFrom('documentLine')
      .select(['faceValueFen', 'quantity', 'approvedQuantity'])
      .where('countyId', '=', countyId)
      .where('documentId', '=', applicationId)
      .orderBy('lineNo')
      .execute()
    const application = applicationBody.parse(bodyOf(applicationId))
    return { ...document, application, applied, issue: kind === 'CK' ? viewOf(bodyOf(documentId)) : null }
  },
})

function viewOf(body: unknown): z.input<typeof issueView> {
  const issue = issueBody.parse(body)
  return { ...issue, excluded: printedBadRanges(issue.excluded), refusals: printedBadRanges(issue.refusals) }
}
