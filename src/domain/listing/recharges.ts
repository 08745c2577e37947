// The recharge records (充值业务明细): each recharge with its posting, its call and the seller of its card.

import { sql } from 'kysely'
import { z } from 'zod'
import { masked } from '../../kernel/redact.ts'
import { withinDays } from '../business-day.ts'
import { accountNo, instant, printedSerial, transactionSerial } from '../forms.ts'
import { ownSerial } from '../serial.ts'
import { visibleHolders } from '../visibility.ts'
import { column } from './columns.ts'
import { all, type Listing, when } from './listing.ts'
import { maskedAccount, maskedPhone, maskedSerial } from './shapes.ts'
import { channelWords, rechargeStateWords } from './words.ts'

const state = z.enum(['initial', 'succeeded', 'failed', 'doubtful'])
export const callerNumber = masked(z.string().regex(/^\+?\d{3,20}$/), 'phone')

const filter = {
  fromDay: z.iso.date().optional(),
  toDay: z.iso.date().optional(),
  states: z.array(state).max(4).optional(),
  /** 待入账 */
  owed: z.boolean().optional(),
  accountNo: accountNo.optional(),
  serial: masked(printedSerial, 'serial').optional(),
  caller: callerNumber.optional(),
  channel: z.enum(['voice', 'sms', 'web', 'desk']).optional(),
  /** The seller or hall, or the station of several. */
  holderId: z.int().optional(),
  faceValueFen: z.int().optional(),
  amountFrom: z.int().optional(),
  amountTo: z.int().optional(),
  transactionSerial: transactionSerial.optional(),
  callId: z.string().max(100).optional(),
}
const read = z.object(filter)

const row = z.object({
  rechargeId: z.int(),
  acceptedAt: instant,
  serial: maskedSerial,
  accountNo: maskedAccount,
  caller: maskedPhone,
  amountFen: z.int(),
  channel: z.string(),
  holderId: z.int(),
  sellerName: z.string(),
  stationName: z.string().nullable(),
  state,
  owed: z.boolean(),
  stateAt: instant,
  reason: z.string().nullable(),
  transactionSerial: z.string(),
  postingOutcome: z.string().nullable(),
  misRef: z.string().nullable(),
  settleDate: z.string().nullable(),
  postedAt: instant.nullable(),
  callId: z.string().nullable(),
})

export const recharges = {
  name: 'recharge',
  title: ['充值业务明细', 'Recharges'],
  filter,
  row,
  columns: [
    column('acceptedAt', 'instant', ['充值时间', 'Accepted at']),
    column('transactionSerial', 'text', ['交易流水号', 'Transaction serial']),
    column('serial', 'text', ['卡号', 'Serial']),
    column('amountFen', 'fen', ['金额（元）', 'Amount (yuan)']),
    column('accountNo', 'text', ['户号', 'Account']),
    column('caller', 'text', ['主叫', 'Caller']),
    column('channel', 'text', ['渠道', 'Channel'], channelWords),
    column('state', 'text', ['状态', 'State'], rechargeStateWords),
    column('owed', 'yesNo', ['待入账', 'Owed']),
    column('reason', 'text', ['原因', 'Reason']),
    column('misRef', 'text', ['电费系统确认号', 'Confirmation']),
    column('settleDate', 'text', ['记账日期', 'Settlement date']),
    column('postedAt', 'instant', ['记账时间', 'Posted at']),
    column('sellerName', 'text', ['售卡员', 'Seller']),
    column('stationName', 'text', ['供电所', 'Station']),
    column('callId', 'text', ['呼叫', 'Call']),
  ],
  sorts: {
    acceptedAt: { by: sql`q.accepted_at`, type: 'timestamptz' },
    amountFen: { by: sql`q.amount_fen`, type: 'bigint' },
    stateAt: { by: sql`q.state_at`, type: 'timestamptz' },
  },
  first: { sort: 'acceptedAt', direction: 'desc' },
  id: { by: sql`q.recharge_id`, type: 'bigint' },
  sums: ['amountFen'],
  facet: { column: 'state', filter: 'states' },
  select({ countyId, actor }, asked) {
    const f = read.parse(asked)
    return sql`
      select r.recharge_id, r.accepted_at, r.serial, r.account_no, r.caller, r.face_value_fen as amount_fen, r.channel,
        r.holder_id, h.name as seller_name, s.name as station_name, r.state, r.owed, r.state_at, r.details->>'reason' as reason,
        p.transaction_serial, e.outcome as posting_outcome, e.mis_ref, e.settle_date,
        case when e.outcome = 'accepted' then e.at end as posted_at, r.call_id
      from recharge_now r
      join holder h on h.county_id = r.county_id and h.holder_id = r.holder_id
      left join holder s on s.county_id = h.county_id and s.holder_id = h.parent_id
      join lateral (
        select * from posting p where p.county_id = r.county_id and p.recharge_id = r.recharge_id order by generation desc limit 1) p on true
      left join posting_end e on e.county_id = p.county_id and e.transaction_serial = p.transaction_serial
      where ${all(
        sql`r.county_id = ${countyId}`,
        visibleHolders(actor),
        withinDays(sql`r.accepted_at`, f),
        when(f.states, states => sql`r.state = any(${states}::text[])`),
        when(f.owed, is => sql`r.owed = ${is}`),
        when(f.accountNo, account => sql`r.account_no = ${account}`),
        when(f.serial, serial => sql`r.serial = ${ownSerial(serial, countyId)}`),
        when(f.caller, caller => sql`r.caller = ${caller}`),
        when(f.channel, channel => sql`r.channel = ${channel}`),
        when(f.holderId, id => sql`${id}::int in (h.holder_id, h.parent_id)`),
        when(f.faceValueFen, face => sql`r.face_value_fen = ${face}`),
        when(f.amountFrom, fen => sql`r.face_value_fen >= ${fen}`),
        when(f.amountTo, fen => sql`r.face_value_fen <= ${fen}`),
        when(
          f.transactionSerial,
          serial =>
            sql`exists (select from posting x where x.county_id = r.county_id and x.recharge_id = r.recharge_id and x.transaction_serial = ${serial})`,
        ),
        when(f.callId, id => sql`r.call_id = ${id}`),
      )}`
  },
} as const satisfies Listing
