// One service on cards with its lines, steps and what only it holds; the applicant is shown masked.

import { z } from 'zod'
import { maskedApplicant, serviceBody } from '../../domain/card-service.ts'
import { documentDetails } from '../../domain/document-forms.ts'
import { documentBody, readDocument } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'

const shown = serviceBody.extend({
  applicant: z.object({ name: z.string(), identityNo: z.string(), phone: z.string().optional() }).nullable(),
})

export const get = query({
  roles: ['countyFinance', 'countyCardAdmin', 'stationCardAdmin', 'hotlineAttendant'],
  input: z.strictObject({ documentId: z.int() }),
  output: documentDetails.extend({ service: shown }),
  async run({ tx, actor, countyId }, { documentId }) {
    const document = await readDocument(tx, actor, 'KF', documentId)
    const body = serviceBody.parse(await documentBody(tx, countyId, documentId))
    return { ...document, service: { ...body, applicant: maskedApplicant(body.applicant) } }
  },
})
