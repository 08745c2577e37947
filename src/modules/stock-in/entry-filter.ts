// The filters that the stock-in ledger and the register of rejected numbers share.

import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { printedSerial } from '../../domain/forms.ts'
import { ownSerial } from '../../domain/serial.ts'

export const entryFilter = {
  batchId: z.int().optional(),
  faceValueFen: z.int().optional(),
  /** Any part of the number of the document or of the batch. */
  documentNo: z
    .string()
    .regex(/^[A-Z0-9]{1,24}$/)
    .optional(),
  /** 含卡号 */
  containsSerial: printedSerial.optional(),
  /** Local days, both included. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  /** Part of the name, or the whole staff number, of who accepted. */
  person: z.string().min(1).max(30).optional(),
}
const schema = z.object(entryFilter)

/** A condition on entries `e` with their document `d`, the batch's document `bd` and the operator `o`. */
export function entryFilterSql(
  countyId: number,
  filter: z.output<typeof schema>,
  faceValue: RawBuilder<unknown>,
): RawBuilder<boolean> {
  const { batchId = null, faceValueFen = null, documentNo = null, from = null, to = null, person = null } = filter
  const serial = filter.containsSerial === undefined ? null : ownSerial(filter.containsSerial, countyId)
  const day = sql`(e.at at time zone 'Asia/Shanghai')::date`
  return sql<boolean>`(
    (${batchId}::int is null or e.batch_id = ${batchId})
    and (${faceValueFen}::int is null or ${faceValue} = ${faceValueFen})
    and (${documentNo}::text is null or strpos(d.document_no, ${documentNo}) > 0 or strpos(bd.document_no, ${documentNo}) > 0)
    and (${serial}::bigint is null or int8range(e.first_serial, e.last_serial, '[]') @> ${serial}::bigint)
    and (${from}::date is null or ${day} >= ${from}::date) and (${to}::date is null or ${day} <= ${to}::date)
    and (${person}::text is null or strpos(o.name, ${person}) > 0 or o.staff_no = ${person}))`
}
