// The operation log (操作日志): every operation and sensitive read, refused ones too; and the reads alone (敏感查看).

import { sql } from 'kysely'
import { z } from 'zod'
import { withinDays } from '../business-day.ts'
import { instant } from '../forms.ts'
import { column } from './columns.ts'
import { all, type Listing, when } from './listing.ts'

const name = z.string().min(1).max(80)

const filter = {
  fromDay: z.iso.date().optional(),
  toDay: z.iso.date().optional(),
  /** Within the days, to the second. */
  fromAt: z.iso.datetime({ offset: true }).optional(),
  toAt: z.iso.datetime({ offset: true }).optional(),
  /** An operation, or all of a module: `stationDraw`. */
  operation: name.optional(),
  outcomes: z.array(name).max(50).optional(),
  /** Refused ones alone, or those that were not. */
  refused: z.boolean().optional(),
  role: name.optional(),
  /** Name, staff number or sign-in name. */
  person: name.optional(),
  operatorId: z.int().optional(),
  requestId: name.optional(),
  /** What stands anywhere in the details. */
  text: name.optional(),
}
const read = z.object(filter)

const row = z.object({
  auditId: z.int(),
  at: instant,
  operation: z.string(),
  outcome: z.string(),
  role: z.string(),
  name: z.string(),
  staffNo: z.string().nullable(),
  signInName: z.string().nullable(),
  requestId: z.string(),
  /** JSON, with secrets left out and numbers of persons masked. */
  details: z.string(),
})

export const auditEntries = {
  name: 'audit',
  title: ['操作日志', 'Operation log'],
  filter,
  row,
  columns: [
    column('auditId', 'text', ['序号', 'No.']),
    column('at', 'instant', ['时间', 'Time']),
    column('operation', 'text', ['操作', 'Operation']),
    column('outcome', 'text', ['结果', 'Outcome'], { done: ['完成', 'done'], read: ['查看', 'read'] }),
    column('role', 'text', ['角色', 'Role']),
    column('name', 'text', ['姓名', 'Name']),
    column('staffNo', 'text', ['工号', 'Staff no.']),
    column('signInName', 'text', ['账号', 'Sign-in']),
    column('requestId', 'text', ['请求号', 'Request']),
    column('details', 'text', ['内容', 'Details']),
  ],
  sorts: { auditId: { by: sql`q.audit_id`, type: 'bigint' }, at: { by: sql`q.at`, type: 'timestamptz' } },
  first: { sort: 'auditId', direction: 'desc' },
  id: { by: sql`q.audit_id`, type: 'bigint' },
  sums: [],
  facet: { column: 'outcome', filter: 'outcomes' },
  select({ countyId }, asked) {
    const f = read.parse(asked)
    return sql`
      select a.audit_id, a.at, a.operation, a.outcome, a.actor_role as role, a.actor_name as name, o.staff_no,
        o.sign_in_name, a.request_id, a.details::text as details
      from audit a left join operator o on o.operator_id = a.actor_id
      where ${all(
        sql`a.county_id = ${countyId}`,
        withinDays(sql`a.at`, f),
        when(f.fromAt, at => sql`a.at >= ${at}::timestamptz`),
        when(f.toAt, at => sql`a.at < ${at}::timestamptz`),
        when(
          f.operation,
          operation => sql`(a.operation = ${operation} or starts_with(a.operation, ${`${operation}.`}))`,
        ),
        when(f.outcomes, outcomes => sql`a.outcome = any(${outcomes}::text[])`),
        when(f.refused, refused => sql`(a.outcome not in ('done', 'read')) = ${refused}`),
        when(f.role, role => sql`a.actor_role = ${role}`),
        when(f.person, person => sql`${person} in (a.actor_name, o.staff_no, o.sign_in_name)`),
        when(f.operatorId, id => sql`a.actor_id = ${id}`),
        when(f.requestId, id => sql`a.request_id = ${id}`),
        when(f.text, text => sql`position(lower(${text}) in lower(a.details::text)) > 0`),
      )}`
  },
} as const satisfies Listing

const { outcomes: _outcomes, refused: _refused, ...readsFilter } = filter

export const auditReads = {
  ...auditEntries,
  name: 'auditReads',
  title: ['敏感查看', 'Sensitive reads'],
  filter: readsFilter,
  facet: { column: 'operation', filter: 'operation' },
  select: (scope, asked) => auditEntries.select(scope, { ...asked, outcomes: ['read'] }),
} as const satisfies Listing
