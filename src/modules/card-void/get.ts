// One void with its cards, what is said of them, and where they lie or how they were destroyed.

import { z } from 'zod'
import { voidBody } from '../../domain/card-void.ts'
import { custodyRow, listCustody } from '../../domain/custody-read.ts'
import { documentDetails } from '../../domain/document-forms.ts'
import { readBodies, readDocument } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'

const mostKept = 5_000

export const get = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'],
  input: z.strictObject({ documentId: z.int() }),
  output: documentDetails.extend({ void: voidBody, custody: z.array(custodyRow) }),
  async run({ tx, actor, countyId }, { documentId }) {
    return {
      ...(await readDocument(tx, actor, 'ZF', documentId)),
      void: voidBody.parse((await readBodies(tx, countyId, [documentId])).get(documentId)),
      custody: await listCustody(tx, countyId, { documentId, limit: mostKept }),
    }
  },
})
