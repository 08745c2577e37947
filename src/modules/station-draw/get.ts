// One application or issue with its lines, steps and what only it holds.

import { z } from 'zod'
import { documentDetails } from '../../domain/document-forms.ts'
import { readDocument } from '../../domain/document-read.ts'
import { applicationBody, issueBody } from '../../domain/draw.ts'
import { query } from '../../domain/services.ts'

export const get = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'],
  input: z.strictObject({ kind: z.enum(['LS', 'CK']), documentId: z.int() }),
  output: documentDetails.extend({ application: applicationBody.nullable(), issue: issueBody.nullable() }),
  async run({ tx, actor, countyId }, { kind, documentId }) {
    const document = await readDocument(tx, actor, kind, documentId)
    const { body } = await tx
      .selectFrom('document')
      .select('body')
      .where('countyId', '=', countyId)
      .where('documentId', '=', documentId)
      .executeTakeFirstOrThrow()
    return {
      ...document,
      application: kind === 'LS' ? applicationBody.parse(body) : null,
      issue: kind === 'CK' ? issueBody.parse(body) : null,
    }
  },
})
