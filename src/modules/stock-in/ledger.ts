// The stock-in ledger (入库明细帐): what entered, by range, newest first; from the journal, where nothing is ever changed.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant, pageSize } from '../../domain/forms.ts'
import { printSerial } from '../../domain/serial.ts'
import { query } from '../../domain/services.ts'

const entry = z.object({
  movementId: z.int(),
  at: instant,
  documentId: z.int(),
  documentNo: z.string(),
  batchId: z.int(),
  batchNo: z.string(),
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
    batchId: z.int().optional(),
    faceValueFen: z.int().optional(),
    from: z.iso.date().optional(),
    to: z.iso.date().optional(),
    /** Only entries older than this one: the last of the page before. */
    beforeId: z.int().optional(),
    limit: pageSize,
  }),
  output: z.object({ entries: z.array(entry) }),
  async run({ tx, countyId }, { batchId = null, faceValueFen = null, from = null, to = null, beforeId, limit }) {
    const day = sql`(m.at at time zone 'Asia/Shanghai')::date`
    const { rows } = await sql<Stored>`
      select m.movement_id, m.at, m.document_id, d.document_no, m.batch_id, b.document_no as batch_no, m.face_value_fen,
        m.first_serial, m.last_serial, m.quantity, o.name as operator
      from movement m
      join document d on d.county_id = m.county_id and d.document_id = m.document_id
      join document b on b.county_id = m.county_id and b.document_id = m.batch_id
      join operator o on o.county_id = m.county_id and o.operator_id = m.operator_id
      where m.county_id = ${countyId} and m.kind = 'stockIn'
        and (${batchId}::int is null or m.batch_id = ${batchId}) and (${faceValueFen}::int is null or m.face_value_fen = ${faceValueFen})
        and (${from}::date is null or ${day} >= ${from}) and (${to}::date is null or ${day} <= ${to})
        and m.movement_id < ${beforeId ?? Number.MAX_SAFE_INTEGER}
      order by m.movement_id desc limit ${limit}`.execute(tx)
    return {
      entries: rows.map(row => ({
        ...row,
        firstSerial: printSerial(row.firstSerial),
        lastSerial: printSerial(row.lastSerial),
      })),
    }
  },
})
