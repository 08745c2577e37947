// One purchase with its ranges, seller and payment.

import { z } from 'zod'
import { documentDetails } from '../../domain/document-forms.ts'
import { documentBody, readDocument } from '../../domain/document-read.ts'
import { purchaseBody } from '../../domain/purchase.ts'
import { query } from '../../domain/services.ts'

export const get = query({
  roles: ['stationCardAdmin', 'countyFinance'],
  input: z.strictObject({ documentId: z.int() }),
  output: documentDetails.extend({ purchase: purchaseBody }),
  async run({ tx, actor, countyId }, { documentId }) {
    const details = await readDocument(tx, actor, 'SK', documentId)
    return { ...details, purchase: purchaseBody.parse(await documentBody(tx, countyId, documentId)) }
  },
})
