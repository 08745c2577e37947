// One application to return cards, or one return, with its lines, steps and what only it holds.

import { z } from 'zod'
import { printedBadRange, printedBadRanges } from '../../domain/bad-cards.ts'
import { documentDetails, documentLine } from '../../domain/document-forms.ts'
import { readDocument } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'
import { returnApplicationBody, returnBody } from '../../domain/station-return.ts'

const inspection = returnBody.extend({
  bad: z.array(printedBadRange.extend({ treatment: z.enum(['exclude', 'void']).nullable() })),
})

export const get = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'],
  input: z.strictObject({ kind: z.enum(['FS', 'FK']), documentId: z.int() }),
  output: documentDetails.extend({
    application: returnApplicationBody,
    /** What was applied for. */
    applied: z.array(documentLine),
    inspection: inspection.nullable(),
  }),
  async run({ tx, actor, countyId }, { kind, documentId }) {
    const document = await readDocument(tx, actor, kind, documentId)
    const applicationId = kind === 'FS' ? documentId : (document.head.parentId ?? documentId)
    const applied = kind === 'FS' ? document.lines : (await readDocument(tx, actor, 'FS', applicationId)).lines
    const bodies = await tx
      .selectFrom('document')
      .select(['documentId', 'body'])
      .where('countyId', '=', countyId)
      .where('documentId', 'in', [documentId, applicationId])
      .execute()
    const bodyOf = (id: number) => bodies.find(row => row.documentId === id)?.body
    const slip = kind === 'FK' ? returnBody.parse(bodyOf(documentId)) : null
    return {
      ...document,
      applied,
      application: returnApplicationBody.parse(bodyOf(applicationId)),
      inspection: slip && { ...slip, bad: printedBadRanges(slip.bad) },
    }
  },
})
