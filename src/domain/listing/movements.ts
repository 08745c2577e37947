// The movement journal (业务明细表): every change of state or holder, with document and person.

import { sql } from 'kysely'
import { z } from 'zod'
import { withinDays } from '../business-day.ts'
import { instant, printedSerial } from '../forms.ts'
import { ownSerial } from '../serial.ts'
import { visibleHolders } from '../visibility.ts'
import { column } from './columns.ts'
import { all, type Listing, when } from './listing.ts'
import { fullSerial } from './shapes.ts'
import { documentKindWords, movementKindWords } from './words.ts'

const filter = {
  fromDay: z.iso.date().optional(),
  toDay: z.iso.date().optional(),
  kinds: z.array(z.string().max(20)).max(12).optional(),
  documentNo: z
    .string()
    .regex(/^[A-Z0-9]{1,24}$/)
    .optional(),
  documentId: z.int().optional(),
  batchId: z.int().optional(),
  containsSerial: printedSerial.optional(),
  /** On either side. */
  holderId: z.int().optional(),
  fromHolderId: z.int().optional(),
  toHolderId: z.int().optional(),
  faceValueFen: z.int().optional(),
  operatorId: z.int().optional(),
  /** Part of a name, or a whole staff number. */
  person: z.string().min(1).max(30).optional(),
}
const read = z.object(filter)

const row = z.object({
  movementId: z.int(),
  at: instant,
  kind: z.string(),
  documentId: z.int().nullable(),
  documentKind: z.string().nullable(),
  documentNo: z.string().nullable(),
  rechargeId: z.int().nullable(),
  operator: z.string().nullable(),
  batchId: z.int(),
  batchNo: z.string().nullable(),
  faceValueFen: z.int(),
  firstSerial: fullSerial,
  lastSerial: fullSerial,
  quantity: z.int(),
  amountFen: z.int(),
  fromState: z.string().nullable(),
  fromHolder: z.string().nullable(),
  toState: z.string(),
  toHolder: z.string(),
})

export const movements = {
  name: 'movement',
  title: ['业务明细表', 'Movement journal'],
  filter,
  row,
  columns: [
    column('at', 'instant', ['时间', 'Time']),
    column('kind', 'text', ['业务', 'Kind'], movementKindWords),
    column('documentKind', 'text', ['单据', 'Document'], documentKindWords),
    column('documentNo', 'text', ['单号', 'Document no.']),
    column('fromHolder', 'text', ['转出方', 'From']),
    column('toHolder', 'text', ['转入方', 'To']),
    column('firstSerial', 'text', ['起始卡号', 'First serial']),
    column('lastSerial', 'text', ['终止卡号', 'Last serial']),
    column('faceValueFen', 'fen', ['面值（元）', 'Face value (yuan)']),
    column('quantity', 'count', ['张数', 'Cards']),
    column('amountFen', 'fen', ['金额（元）', 'Amount (yuan)']),
    column('batchNo', 'text', ['批次', 'Batch']),
    column('operator', 'text', ['操作员', 'Operator']),
  ],
  sorts: {
    at: { by: sql`q.at`, type: 'timestamptz' },
    quantity: { by: sql`q.quantity`, type: 'bigint' },
    amountFen: { by: sql`q.amount_fen`, type: 'bigint' },
    firstSerial: { by: sql`q.first_serial`, type: 'bigint' },
  },
  first: { sort: 'at', direction: 'desc' },
  id: { by: sql`q.movement_id`, type: 'bigint' },
  sums: ['quantity', 'amountFen'],
  facet: { column: 'kind', filter: 'kinds' },
  select({ countyId, actor }, asked) {
    const f = read.parse(asked)
    return sql`
      select m.movement_id, m.at, m.kind, m.document_id, d.kind as document_kind, d.document_no, m.recharge_id, o.name as operator,
        m.batch_id, b.document_no as batch_no, m.face_value_fen, m.first_serial, m.last_serial, m.quantity,
        m.quantity::bigint * m.face_value_fen as amount_fen, m.from_state, hf.name as from_holder, m.to_state, ht.name as to_holder
      from movement m
      join holder ht on ht.county_id = m.county_id and ht.holder_id = m.to_holder_id
      left join holder hf on hf.county_id = m.county_id and hf.holder_id = m.from_holder_id
      left join document d on d.county_id = m.county_id and d.document_id = m.document_id
      left join document b on b.county_id = m.county_id and b.document_id = m.batch_id
      left join operator o on o.county_id = m.county_id and o.operator_id = m.operator_id
      where ${all(
        sql`m.county_id = ${countyId}`,
        sql`exists (select from holder h where h.county_id = m.county_id and h.holder_id in (m.from_holder_id, m.to_holder_id) and ${visibleHolders(actor)})`,
        withinDays(sql`m.at`, f),
        when(f.kinds, kinds => sql`m.kind = any(${kinds}::text[])`),
        when(f.documentNo, no => sql`strpos(d.document_no, ${no}) > 0`),
        when(f.documentId, id => sql`m.document_id = ${id}`),
        when(f.batchId, id => sql`m.batch_id = ${id}`),
        when(
          f.containsSerial,
          serial => sql`int8range(m.first_serial, m.last_serial, '[]') @> ${ownSerial(serial, countyId)}::bigint`,
        ),
        when(f.holderId, id => sql`${id}::int in (m.from_holder_id, m.to_holder_id)`),
        when(f.fromHolderId, id => sql`m.from_holder_id = ${id}`),
        when(f.toHolderId, id => sql`m.to_holder_id = ${id}`),
        when(f.faceValueFen, face => sql`m.face_value_fen = ${face}`),
        when(f.operatorId, id => sql`m.operator_id = ${id}`),
        when(f.person, person => sql`(strpos(o.name, ${person}) > 0 or o.staff_no = ${person})`),
      )}`
  },
} as const satisfies Listing
