// One stock-in: document, what the comparison found and the inspection.

import { z } from 'zod'
import { resultClasses } from '../../domain/card-file/classify.ts'
import { documentDetails } from '../../domain/document-forms.ts'
import { readDocument } from '../../domain/document-read.ts'
import { printSerial } from '../../domain/serial.ts'
import { query } from '../../domain/services.ts'
import { countResults, readResults, stockInBody } from '../../domain/stock-in.ts'
import { refuse } from '../../kernel/refusal.ts'
import { counts } from './shapes.ts'

/** Most ranges shown; the counts are always of all. */
const mostShown = 2_000

export const get = query({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject({ documentId: z.int() }),
  output: documentDetails.extend({
    details: stockInBody,
    counts,
    /** Ranges by class in serial order; `match` and `missing` too. Lines are the exceptions of the inspection. */
    results: z.array(
      z.object({
        class: z.enum(resultClasses),
        firstSerial: z.string(),
        lastSerial: z.string(),
        quantity: z.int(),
        reason: z.string(),
      }),
    ),
  }),
  async run({ tx, actor, countyId }, { documentId }) {
    const document = await readDocument(tx, actor, 'RK', documentId)
    const of = { countyId, documentId }
    const stored = await tx
      .selectFrom('document')
      .select('body')
      .where('countyId', '=', countyId)
      .where('documentId', '=', documentId)
      .executeTakeFirst()
    if (!stored) return refuse('documentNotFound', { documentId })
    const results = await readResults(tx, of, resultClasses, mostShown)
    return {
      ...document,
      details: stockInBody.parse(stored.body),
      counts: await countResults(tx, of),
      results: results.map(({ class: name, firstSerial, lastSerial, reason }) => ({
        class: name,
        firstSerial: printSerial(firstSerial),
        lastSerial: printSerial(lastSerial),
        quantity: lastSerial - firstSerial + 1,
        reason,
      })),
    }
  },
})
