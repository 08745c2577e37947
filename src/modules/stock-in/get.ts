// One stock-in: document, what the comparison found, the inspection, and what there is to say about it.

import { sql } from 'kysely'
import { z } from 'zod'
import { resultClasses } from '../../domain/card-file/classify.ts'
import { documentDetails } from '../../domain/document-forms.ts'
import { readDocument } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'
import { countResults, readExceptions, readResults, settledBefore, stockInBody } from '../../domain/stock-in.ts'
import { refuse } from '../../kernel/refusal.ts'
import { counts, printedResult, printRange } from './shapes.ts'

/** Most ranges shown; the counts are always of all, and stockIn.differences has the rest by pages. */
const mostShown = 2_000

export const get = query({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject({ documentId: z.int() }),
  output: documentDetails.extend({
    details: stockInBody,
    faceValueFen: z.int(),
    batchQuantity: z.int(),
    manufacturerName: z.string(),
    counts,
    /** Ranges by class in serial order; `match` and `missing` too. Lines are the cards that enter or have entered. */
    results: z.array(printedResult.extend({ class: z.enum(resultClasses) })),
    /** 例外号段: cards that agree with the file and failed the inspection. */
    exceptions: z.array(printedResult),
    /** Codes of refusals with details, to be said and not to be refused: RK03, RK07. */
    notices: z.array(z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) })),
  }),
  async run({ tx, actor, countyId }, { documentId }) {
    const document = await readDocument(tx, actor, 'RK', documentId)
    const of = { countyId, documentId }
    const { rows } = await sql<{
      body: unknown
      manufacturerName: string
      faceValueFen: number
      batchQuantity: number
    }>`
      select d.body, m.name as manufacturer_name, b.face_value_fen, b.quantity as batch_quantity
      from document d
      join batch b on b.county_id = d.county_id and b.batch_id = d.parent_id
      join manufacturer m on m.county_id = b.county_id and m.manufacturer_id = b.manufacturer_id
      where d.county_id = ${countyId} and d.document_id = ${documentId}`.execute(tx)
    const { body, ...facts } = rows[0] ?? refuse('documentNotFound', { documentId })
    const found = await countResults(tx, of)
    const before = await settledBefore(tx, of)
    return {
      ...document,
      ...facts,
      details: stockInBody.parse(body),
      counts: found,
      results: (await readResults(tx, of, resultClasses, mostShown)).map(printRange),
      exceptions: (await readExceptions(tx, of)).map(printRange),
      notices: [
        ...before.map(({ documentNo: no, quantity: n }) => ({ code: 'RK03', details: { n, no } })),
        ...(found.extra > 0 ? [{ code: 'RK07', details: { n: found.extra } }] : []),
      ],
    }
  },
})
