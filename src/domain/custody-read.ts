// Reading the custody register: its rows with their documents, by every filter of its page, in serial order.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import { instant } from './forms.ts'
import type { SerialRange } from './range.ts'
import { printSerial } from './serial.ts'

export const custodyRow = z.object({
  source: z.enum(['void', 'rejected']),
  documentId: z.int(),
  documentNo: z.string().nullable(),
  firstSerial: z.string(),
  lastSerial: z.string(),
  quantity: z.int(),
  faceValueFen: z.int(),
  location: z.string(),
  keeper: z.string(),
  keeperNo: z.string(),
  sealNo: z.string(),
  keptSince: instant,
  destroyedAt: instant.nullable(),
  /** 《废卡销毁清单》 on which it stands. */
  destructionId: z.int().nullable(),
})
export type CustodyRow = z.input<typeof custodyRow>

export interface CustodyFilter {
  source?: 'void' | 'rejected' | undefined
  state?: 'kept' | 'destroyed' | undefined
  /** Part of a location; of a keeper's name, or the whole staff number. */
  location?: string | undefined
  keeper?: string | undefined
  /** A stored serial that the row covers. */
  serial?: number | undefined
  documentId?: number | undefined
  documentNo?: string | undefined
  /** The last row of the page before. */
  afterSerial?: number | undefined
  limit: number
}

const everything = sql<boolean>`true`

export async function listCustody(tx: Tx, countyId: number, filter: CustodyFilter): Promise<CustodyRow[]> {
  const { source, state, location, keeper, serial, documentId, documentNo, afterSerial } = filter
  const conditions = [
    source === undefined ? everything : sql<boolean>`c.source = ${source}`,
    state === undefined ? everything : sql<boolean>`(c.destroyed_at is null) = ${state === 'kept'}`,
    location === undefined ? everything : sql<boolean>`strpos(c.location, ${location}) > 0`,
    keeper === undefined ? everything : sql<boolean>`(strpos(c.keeper, ${keeper}) > 0 or c.keeper_no = ${keeper})`,
    serial === undefined
      ? everything
      : sql<boolean>`int8range(c.first_serial, c.last_serial, '[]') @> ${serial}::bigint`,
    documentId === undefined ? everything : sql<boolean>`c.document_id = ${documentId}`,
    documentNo === undefined ? everything : sql<boolean>`strpos(d.document_no, ${documentNo}) > 0`,
    afterSerial === undefined ? everything : sql<boolean>`c.first_serial > ${afterSerial}`,
  ]
  const { rows } = await sql<Omit<CustodyRow, 'firstSerial' | 'lastSerial'> & SerialRange>`
    select c.source, c.document_id, d.document_no, c.first_serial, c.last_serial,
      (c.last_serial - c.first_serial + 1)::int as quantity, c.face_value_fen, c.location, c.keeper, c.keeper_no,
      c.seal_no, c.kept_since, c.destroyed_at, (c.destruction ->> 'eventId')::int as destruction_id
    from custody c join document d using (county_id, document_id)
    where c.county_id = ${countyId} and ${sql.join(conditions, sql` and `)}
    order by c.first_serial limit ${filter.limit}`.execute(tx)
  return rows.map(row => ({
    ...row,
    firstSerial: printSerial(row.firstSerial),
    lastSerial: printSerial(row.lastSerial),
  }))
}
