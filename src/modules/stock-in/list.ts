// Stock-ins, newest first, with the seven counts of each.

import { z } from 'zod'
import { documentHead, listInput } from '../../domain/document-forms.ts'
import { listDocuments } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'
import { countResults } from '../../domain/stock-in.ts'
import { counts } from './shapes.ts'

export const list = query({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject(listInput),
  output: z.object({ stockIns: z.array(z.object({ head: documentHead, counts })) }),
  async run({ tx, actor, countyId }, page) {
    const stockIns = []
    for (const head of await listDocuments(tx, actor, 'RK', page)) {
      stockIns.push({ head, counts: await countResults(tx, { countyId, documentId: head.documentId }) })
    }
    return { stockIns }
  },
})
