// The table of differences of a stock-in (核对差异表), by pages in serial order: number, class and what is done with it.

import { sql } from 'kysely'
import { z } from 'zod'
import { type ResultClass, type ResultRange, resultClasses } from '../../domain/card-file/classify.ts'
import { documentHead } from '../../domain/document-forms.ts'
import { readDocument } from '../../domain/document-read.ts'
import { pageSize, printedSerial } from '../../domain/forms.ts'
import { ownSerial } from '../../domain/serial.ts'
import { query } from '../../domain/services.ts'
import { printedResult, printRange } from './shapes.ts'

/** 处理: rejected for ever, awaited with a later delivery, not taken in, or dealt with by an earlier stock-in. */
const treatment = z.enum(['rejected', 'awaited', 'notTaken', 'settledBefore'])
const difference = z.enum(resultClasses.filter(name => name !== 'match'))

export const differences = query({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject({
    documentId: z.int(),
    classes: z.array(difference).min(1).max(6).optional(),
    /** Only ranges after this one: the first serial of the last range of the page before. */
    afterSerial: printedSerial.optional(),
    limit: pageSize,
  }),
  output: z.object({
    head: documentHead,
    rows: z.array(printedResult.extend({ class: z.enum(resultClasses), treatment })),
  }),
  async run({ tx, actor, countyId }, { documentId, classes, afterSerial, limit }) {
    const { head } = await readDocument(tx, actor, 'RK', documentId)
    const after = afterSerial === undefined ? 0 : ownSerial(afterSerial, countyId)
    const { rows } = await sql<ResultRange>`
      select class, first_serial, last_serial, reason from stock_in_result
      where county_id = ${countyId} and document_id = ${documentId} and first_serial > ${after}
        and class = any(${classes ?? difference.options}::text[])
      order by first_serial limit ${limit}`.execute(tx)
    return { head, rows: rows.map(row => ({ ...printRange(row), treatment: treatmentOf(row) })) }
  },
})

function treatmentOf({ class: name, reason }: { class: ResultClass; reason: string }): z.output<typeof treatment> {
  if (name === 'missing') return 'awaited'
  if (name === 'extra') return 'notTaken'
  return name === 'duplicate' && reason !== '' ? 'settledBefore' : 'rejected'
}
