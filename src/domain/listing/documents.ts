// Documents of every kind (单据查询), by the filters that all lists of documents share.

import { sql } from 'kysely'
import { z } from 'zod'
import { documentFilter, documentsFound } from '../document-filter.ts'
import { documentHead } from '../document-forms.ts'
import { documentHeads } from '../document-read.ts'
import { column } from './columns.ts'
import { all, type Listing, when } from './listing.ts'
import { documentKindWords, documentStateWords } from './words.ts'

const filter = {
  ...documentFilter,
  kinds: z
    .array(z.string().regex(/^[A-Z]{2}$/))
    .max(20)
    .optional(),
  /** Of the whole document, in fen. */
  amountFrom: z.int().optional(),
  amountTo: z.int().optional(),
  /** The document this one was made from. */
  parentId: z.int().optional(),
  /** The batch's manufacturer and expiry, for batches and their stock-ins. */
  manufacturerId: z.int().optional(),
  expiresFrom: z.iso.date().optional(),
  expiresTo: z.iso.date().optional(),
}
const read = z.object(filter)

export const documents = {
  name: 'document',
  title: ['单据查询', 'Documents'],
  filter,
  row: documentHead,
  columns: [
    column('documentNo', 'text', ['单号', 'Document no.']),
    column('kind', 'text', ['单据', 'Kind'], documentKindWords),
    column('state', 'text', ['状态', 'State'], documentStateWords),
    column('holderName', 'text', ['机构', 'Place']),
    column('quantity', 'count', ['张数', 'Cards']),
    column('amountFen', 'fen', ['金额（元）', 'Amount (yuan)']),
    column('author', 'text', ['制单人', 'Author']),
    column('approver', 'text', ['审批人', 'Approver']),
    column('executor', 'text', ['执行人', 'Executor']),
    column('createdAt', 'instant', ['制单时间', 'Created at']),
    column('submittedAt', 'instant', ['提交时间', 'Submitted at']),
    column('approvedAt', 'instant', ['审批时间', 'Approved at']),
    column('executedAt', 'instant', ['执行时间', 'Executed at']),
    column('parentNo', 'text', ['来源单据', 'Made from']),
    column('note', 'text', ['附注', 'Note']),
  ],
  sorts: {
    createdAt: { by: sql`q.created_at`, type: 'timestamptz' },
    submittedAt: { by: sql`coalesce(q.submitted_at, q.created_at)`, type: 'timestamptz' },
    since: { by: sql`q.since`, type: 'timestamptz' },
    documentNo: { by: sql`coalesce(q.document_no, '')`, type: 'text' },
    quantity: { by: sql`q.quantity`, type: 'bigint' },
    amountFen: { by: sql`q.amount_fen`, type: 'bigint' },
  },
  first: { sort: 'submittedAt', direction: 'desc' },
  id: { by: sql`q.document_id`, type: 'bigint' },
  sums: ['quantity', 'amountFen'],
  facet: { column: 'state', filter: 'states' },
  select({ countyId, actor }, asked) {
    const f = read.parse(asked)
    const ofBatch = (condition: ReturnType<typeof sql>) =>
      sql`exists (select from batch x where x.county_id = d.county_id and x.batch_id in (d.document_id, d.parent_id) and ${condition})`
    return sql`
      select * from (${documentHeads} where ${all(
        sql`d.county_id = ${countyId}`,
        documentsFound({ ...actor, countyId }, f),
        when(f.states, states => sql`d.state = any(${states}::text[])`),
        when(f.kinds, kinds => sql`d.kind = any(${kinds}::text[])`),
        when(f.parentId, id => sql`d.parent_id = ${id}`),
        when(f.manufacturerId, id => ofBatch(sql`x.manufacturer_id = ${id}`)),
        when(f.expiresFrom, day => ofBatch(sql`x.expires_on >= ${day}::date`)),
        when(f.expiresTo, day => ofBatch(sql`x.expires_on <= ${day}::date`)),
      )}) heads
      where ${all(
        when(f.amountFrom, fen => sql`amount_fen >= ${fen}`),
        when(f.amountTo, fen => sql`amount_fen <= ${fen}`),
      )}`
  },
} as const satisfies Listing
