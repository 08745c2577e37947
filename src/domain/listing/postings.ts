// Postings (记账任务): what was or is to be posted to the billing system, how often it was tried, and how it ended.

import { sql } from 'kysely'
import { z } from 'zod'
import { withinDays } from '../business-day.ts'
import { accountNo, instant, transactionSerial } from '../forms.ts'
import { column } from './columns.ts'
import { all, type Listing, when } from './listing.ts'
import { maskedAccount } from './shapes.ts'
import { channelWords, postingOutcomeWords } from './words.ts'

const state = z.enum(['open', 'accepted', 'refused', 'closed', 'neverArrived'])

const filter = {
  fromDay: z.iso.date().optional(),
  toDay: z.iso.date().optional(),
  states: z.array(state).max(5).optional(),
  /** The card is used already and the county owes the posting. */
  owed: z.boolean().optional(),
  minTries: z.int().min(0).optional(),
  accountNo: accountNo.optional(),
  transactionSerial: transactionSerial.optional(),
}
const read = z.object(filter)

const row = z.object({
  transactionSerial: z.string(),
  rechargeId: z.int(),
  generation: z.int(),
  createdAt: instant,
  accountNo: maskedAccount,
  amountFen: z.int(),
  channel: z.string(),
  state,
  owed: z.boolean(),
  tries: z.int(),
  lastTryAt: instant.nullable(),
  /** What the last message asked: post, query or close. */
  lastMessage: z.string().nullable(),
  nextAt: instant.nullable(),
  node: z.string().nullable(),
  endedAt: instant.nullable(),
  misRef: z.string().nullable(),
})

export const postings = {
  name: 'posting',
  title: ['记账任务', 'Postings'],
  filter,
  row,
  columns: [
    column('createdAt', 'instant', ['建立时间', 'Created at']),
    column('transactionSerial', 'text', ['交易流水号', 'Transaction serial']),
    column('accountNo', 'text', ['户号', 'Account']),
    column('amountFen', 'fen', ['金额（元）', 'Amount (yuan)']),
    column('channel', 'text', ['渠道', 'Channel'], channelWords),
    column('state', 'text', ['状态', 'State'], postingOutcomeWords),
    column('owed', 'yesNo', ['待入账', 'Owed']),
    column('tries', 'count', ['发送次数', 'Tries']),
    column('lastTryAt', 'instant', ['最近发送', 'Last try']),
    column('nextAt', 'instant', ['下次处理', 'Next']),
    column('endedAt', 'instant', ['结束时间', 'Ended at']),
    column('misRef', 'text', ['电费系统确认号', 'Confirmation']),
  ],
  sorts: {
    createdAt: { by: sql`q.created_at`, type: 'timestamptz' },
    tries: { by: sql`q.tries`, type: 'bigint' },
    amountFen: { by: sql`q.amount_fen`, type: 'bigint' },
  },
  first: { sort: 'createdAt', direction: 'desc' },
  id: { by: sql`q.transaction_serial`, type: 'text' },
  sums: ['amountFen'],
  facet: { column: 'state', filter: 'states' },
  select({ countyId }, asked) {
    const f = read.parse(asked)
    const ending = sql`coalesce(e.outcome, 'open')`
    const isOwed = sql`(e.outcome is null and exists (select from recharge_event x where x.county_id = p.county_id
      and x.recharge_id = p.recharge_id and x.owed))`
    return sql`
      select p.transaction_serial, p.recharge_id, p.generation, p.created_at, p.account_no, p.amount_fen, p.channel,
        ${ending} as state, ${isOwed} as owed, a.tries, a.last_try_at, a.last_message, t.next_at, t.lease_node as node,
        e.at as ended_at, e.mis_ref
      from posting p
      left join posting_end e on e.county_id = p.county_id and e.transaction_serial = p.transaction_serial
      left join posting_task t on t.county_id = p.county_id and t.transaction_serial = p.transaction_serial
      cross join lateral (
        select count(*)::int as tries, max(x.started_at) as last_try_at, (array_agg(x.message order by x.attempt_no desc))[1] as last_message
        from posting_attempt x where x.county_id = p.county_id and x.transaction_serial = p.transaction_serial) a
      where ${all(
        sql`p.county_id = ${countyId}`,
        withinDays(sql`p.created_at`, f),
        when(f.states, states => sql`${ending} = any(${states}::text[])`),
        when(f.owed, is => sql`${isOwed} = ${is}`),
        when(f.minTries, tries => sql`a.tries >= ${tries}`),
        when(f.accountNo, account => sql`p.account_no = ${account}`),
        when(f.transactionSerial, serial => sql`p.transaction_serial = ${serial}`),
      )}`
  },
} as const satisfies Listing
