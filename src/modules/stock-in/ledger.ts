// The stock-in ledger (入库明细帐): what entered, by range, newest first; from the journal, where nothing is ever changed.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant, pageSize } from '../../domain/forms.ts'
import { query } from '../../domain/services.ts'
import { entryFilter, entryFilterSql } from './entry-filter.ts'
import { printRange } from './shapes.ts'

const entry = z.object({
  movementId: z.int(),
  at: instant,
  documentId: z.int(),
  documentNo: z.string(),
  batchId: z.int(),
  batchNo: z.string(),
  manufacturerName: z.string(),
  faceValueFen: z.int(),
  firstSerial: z.string(),
  lastSerial: z.string(),
  quantity: z.int(),
  operator: z.string(),
})
type Stored = Omit<z.input<typeof entry>, 'firstSerial' | 'lastSerial'> & { firstSerial: number; lastSerial: number }

export const ledger = query({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject({
    ...entryFilter,
    /** Only entries older than this one: the last of the page before. */
    beforeId: z.int().optional(),
    limit: pageSize,
  }),
  output: z.object({ entries: z.array(entry), total: z.object({ quantity: z.int(), amountFen: z.int() }) }),
  async run({ tx, countyId }, { beforeId, limit, ...filter }) {
    const found = sql`
      from movement e
      join document d on d.county_id = e.county_id and d.document_id = e.document_id
      join document bd on bd.county_id = e.county_id and bd.document_id = e.batch_id
      join batch b on b.county_id = e.county_id and b.batch_id = e.batch_id
      join manufacturer m on m.county_id = b.county_id and m.manufacturer_id = b.manufacturer_id
      join operator o on o.county_id = e.county_id and o.operator_id = e.operator_id
      where e.county_id = ${countyId} and e.kind = 'stockIn' and ${entryFilterSql(countyId, filter, sql`e.face_value_fen`)}`
    const { rows } = await sql<Stored>`
      select e.movement_id, e.at, e.document_id, d.document_no, e.batch_id, bd.document_no as batch_no,
        m.name as manufacturer_name, e.face_value_fen, e.first_serial, e.last_serial, e.quantity, o.name as operator
      ${found} and e.movement_id < ${beforeId ?? Number.MAX_SAFE_INTEGER}
      order by e.movement_id desc limit ${limit}`.execute(tx)
    const total = await sql<{ quantity: number; amountFen: number }>`
      select coalesce(sum(e.quantity), 0)::bigint as quantity, coalesce(sum(e.quantity::bigint * e.face_value_fen), 0)::bigint as amount_fen
      ${found}`.execute(tx)
    return { entries: rows.map(printRange), total: total.rows[0] ?? { quantity: 0, amountFen: 0 } }
  },
})
