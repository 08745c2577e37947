// One return with its ranges, their original purchases, seller and refund.

import { z } from 'zod'
import { documentDetails } from '../../domain/document-forms.ts'
import { documentBody, readDocument } from '../../domain/document-read.ts'
import { returnBody } from '../../domain/seller-return.ts'
import { query } from '../../domain/services.ts'

export const get = query({
  roles: ['stationCardAdmin', 'countyFinance'],
  input: z.strictObject({ documentId: z.int() }),
  output: documentDetails.extend({ sellerReturn: returnBody }),
  async run({ tx, actor, countyId }, { documentId }) {
    const details = await readDocument(tx, actor, 'TK', documentId)
    return { ...details, sellerReturn: returnBody.parse(await documentBody(tx, countyId, documentId)) }
  },
})
