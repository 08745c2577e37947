// The filters that all lists of documents share, as input and as a condition on `document d` joined with `holder h`.

import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { Actor } from '../kernel/operation.ts'
import { printedSerial } from './forms.ts'
import { ownSerial } from './serial.ts'
import { visibleHolders } from './visibility.ts'

export const documentFilter = {
  states: z.array(z.string().max(40)).max(20).optional(),
  /** Local days of the latest submission, both included; where nothing is submitted, of the creation. */
  fromDay: z.iso.date().optional(),
  toDay: z.iso.date().optional(),
  /** Whose paper it is: a station, the county. */
  holderId: z.int().optional(),
  faceValueFen: z.int().optional(),
  /** Any part of a number. */
  documentNo: z
    .string()
    .regex(/^[A-Z0-9]{1,24}$/)
    .optional(),
  /** 含卡号 */
  containsSerial: printedSerial.optional(),
  /** Part of the name, or the whole staff number, of author, approver or executor. */
  person: z.string().min(1).max(30).optional(),
  onlyMine: z.boolean().optional(),
  /** 将过期: approvals that end within so many days. */
  expiringWithinDays: z.int().min(0).max(90).optional(),
}

const schema = z.object(documentFilter)
export type DocumentFilter = { [K in keyof z.output<typeof schema>]?: z.output<typeof schema>[K] | undefined }

const everything = sql<boolean>`true`

/** What the actor may see of a kind and the filter lets through; the states alone are left to the caller. Drafts put away are nobody's. */
export function documentsFound(actor: Actor, filter: DocumentFilter): RawBuilder<boolean> {
  const { holderId, faceValueFen, documentNo, containsSerial, person, expiringWithinDays } = filter
  const day = sql`(coalesce(d.submitted_at, d.created_at) at time zone 'Asia/Shanghai')::date`
  const people = sql`(d.author_id, d.approver_id, d.executor_id)`
  const conditions = [
    visibleHolders(actor),
    sql<boolean>`d.state <> 'discarded'`,
    filter.fromDay === undefined ? everything : sql<boolean>`${day} >= ${filter.fromDay}::date`,
    filter.toDay === undefined ? everything : sql<boolean>`${day} <= ${filter.toDay}::date`,
    holderId === undefined ? everything : sql<boolean>`d.holder_id = ${holderId}`,
    faceValueFen === undefined ? everything : hasFaceValue(faceValueFen),
    documentNo === undefined ? everything : sql<boolean>`strpos(d.document_no, ${documentNo}) > 0`,
    containsSerial === undefined ? everything : contains(actor.countyId, ownSerial(containsSerial, actor.countyId)),
    filter.onlyMine ? sql<boolean>`${actor.operatorId}::int in ${people}` : everything,
    person === undefined
      ? everything
      : sql<boolean>`exists (select from operator o where o.county_id = d.county_id and o.operator_id in ${people}
          and (strpos(o.name, ${person}) > 0 or o.staff_no = ${person}))`,
    expiringWithinDays === undefined
      ? everything
      : sql<boolean>`d.state = 'approved' and d.valid_until between now() and now() + make_interval(days => ${expiringWithinDays})`,
  ]
  return sql<boolean>`(${sql.join(conditions, sql` and `)})`
}

function hasFaceValue(faceValueFen: number): RawBuilder<boolean> {
  return sql<boolean>`(
    exists (select from document_line x where x.county_id = d.county_id and x.document_id = d.document_id and x.face_value_fen = ${faceValueFen})
    or exists (select from batch x where x.county_id = d.county_id and x.batch_id in (d.document_id, d.parent_id) and x.face_value_fen = ${faceValueFen}))`
}

/** Documents with the card in a line, a movement or their numbers; and what such a document was made from. */
function contains(countyId: number, serial: number): RawBuilder<boolean> {
  return sql<boolean>`d.document_id in (
    select unnest(array[x.document_id, p.parent_id]) from (
      select document_id from document_line where county_id = ${countyId} and first_serial is not null
        and int8range(first_serial, last_serial, '[]') @> ${serial}::bigint
      union select document_id from movement where county_id = ${countyId} and int8range(first_serial, last_serial, '[]') @> ${serial}::bigint
      union select document_id from rejected_range where county_id = ${countyId} and int8range(first_serial, last_serial, '[]') @> ${serial}::bigint
      union select batch_id from batch where county_id = ${countyId} and first_serial is not null
        and int8range(first_serial, last_serial, '[]') @> ${serial}::bigint) x
    join document p on p.county_id = ${countyId} and p.document_id = x.document_id)`
}
