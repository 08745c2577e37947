// The register of rejected numbers (拒收登记): dead for ever, by which document and why, in serial order.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant, pageSize, printedSerial } from '../../domain/forms.ts'
import { ownSerial } from '../../domain/serial.ts'
import { query } from '../../domain/services.ts'
import { entryFilter, entryFilterSql } from './entry-filter.ts'
import { printedResult, printRange } from './shapes.ts'

const row = printedResult.extend({
  documentId: z.int(),
  documentNo: z.string(),
  /** RK: rejected at stock-in; ZK: its batch was cancelled or ended. */
  documentKind: z.string(),
  batchId: z.int(),
  batchNo: z.string(),
  manufacturerName: z.string(),
  faceValueFen: z.int(),
  at: instant,
  operator: z.string().nullable(),
})
type Stored = Omit<z.input<typeof row>, 'firstSerial' | 'lastSerial' | 'quantity'> & {
  firstSerial: number
  lastSerial: number
}

export const rejected = query({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject({
    ...entryFilter,
    /** Part of the reason: `changedPin`, `inspectionFailed`, `cancelled`, `terminated`, or words of it. */
    reason: z.string().min(1).max(60).optional(),
    /** Only ranges after this one: the first serial of the last range of the page before. */
    afterSerial: printedSerial.optional(),
    limit: pageSize,
  }),
  output: z.object({ rows: z.array(row), total: z.object({ quantity: z.int() }) }),
  async run({ tx, countyId }, { reason = null, afterSerial, limit, ...filter }) {
    const after = afterSerial === undefined ? 0 : ownSerial(afterSerial, countyId)
    const found = sql`
      from rejected_range e
      join document d on d.county_id = e.county_id and d.document_id = e.document_id
      join document bd on bd.county_id = e.county_id and bd.document_id = e.batch_id
      join batch b on b.county_id = e.county_id and b.batch_id = e.batch_id
      join manufacturer m on m.county_id = b.county_id and m.manufacturer_id = b.manufacturer_id
      left join lateral (
        select o.name, o.staff_no from document_step s join operator o on o.county_id = s.county_id and o.operator_id = s.operator_id
        where s.county_id = d.county_id and s.document_id = d.document_id and s.action in ('accept', 'cancel', 'terminate')
        order by s.step_no desc limit 1) o on true
      where e.county_id = ${countyId} and ${entryFilterSql(countyId, filter, sql`b.face_value_fen`)}
        and (${reason}::text is null or strpos(e.reason, ${reason}) > 0)`
    const { rows } = await sql<Stored>`
      select e.document_id, d.document_no, d.kind as document_kind, e.batch_id, bd.document_no as batch_no,
        m.name as manufacturer_name, b.face_value_fen, e.at, o.name as operator, e.first_serial, e.last_serial, e.reason
      ${found} and e.first_serial > ${after} order by e.first_serial limit ${limit}`.execute(tx)
    const total = await sql<{ quantity: number }>`
      select coalesce(sum(e.last_serial - e.first_serial + 1), 0)::int as quantity ${found}`.execute(tx)
    return { rows: rows.map(printRange), total: total.rows[0] ?? { quantity: 0 } }
  },
})
