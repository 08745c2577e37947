// Sales to customers that the seller entered (我的销售), newest first, with their cards; buyers are masked.

import { z } from 'zod'
import { maskedApplicant } from '../../domain/card-service.ts'
import { documentHead, documentLine, listInput } from '../../domain/document-forms.ts'
import { listDocuments, readBodies, readLines } from '../../domain/document-read.ts'
import { saleBody } from '../../domain/sale.ts'
import { query } from '../../domain/services.ts'

const buyer = z.object({ name: z.string(), identityNo: z.string(), phone: z.string().optional() })

export const sales = query({
  roles: ['sellerPortal'],
  input: z.strictObject(listInput),
  output: z.object({
    sales: z.array(z.object({ head: documentHead, buyer: buyer.nullable(), lines: z.array(documentLine) })),
  }),
  async run({ tx, actor, countyId }, page) {
    const heads = await listDocuments(tx, actor, 'DS', page)
    const ids = heads.map(head => head.documentId)
    const bodies = await readBodies(tx, countyId, ids)
    const lines = await readLines(tx, countyId, ids)
    return {
      sales: heads.map(head => ({
        head,
        buyer: maskedApplicant(saleBody.parse(bodies.get(head.documentId)).buyer) ?? null,
        lines: lines.get(head.documentId) ?? [],
      })),
    }
  },
})
