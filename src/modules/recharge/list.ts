// The recharge records (充值业务明细), newest first, by keyset paging.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant, pageSize } from '../../domain/forms.ts'
import { printSerial } from '../../domain/serial.ts'
import { query } from '../../domain/services.ts'
import { visibleHolders } from '../../domain/visibility.ts'
import { maskMiddle } from '../../kernel/redact.ts'

const row = z.object({
  rechargeId: z.int(),
  acceptedAt: instant,
  /** Middle hidden. */
  serial: z.string(),
  accountNo: z.string(),
  caller: z.string().nullable(),
  amountFen: z.int(),
  channel: z.string(),
  sellerName: z.string(),
  state: z.enum(['initial', 'succeeded', 'failed', 'doubtful']),
  owed: z.boolean(),
  reason: z.string().nullable(),
  transactionSerial: z.string(),
  misRef: z.string().nullable(),
  callId: z.string().nullable(),
})

interface Found extends Omit<z.output<typeof row>, 'serial' | 'acceptedAt'> {
  serial: number
  acceptedAt: Date
}

export const list = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'hotlineAttendant'],
  input: z.strictObject({
    /** Only those older than this one. */
    before: z.int().optional(),
    state: z.enum(['initial', 'succeeded', 'failed', 'doubtful']).optional(),
    pageSize,
  }),
  output: z.object({ recharges: z.array(row), hasMore: z.boolean() }),
  async run({ tx, countyId, actor }, input) {
    const { rows } = await sql<Found>`
      select r.recharge_id, r.accepted_at, r.serial, r.account_no, r.caller, r.face_value_fen as amount_fen, r.channel,
        h.name as seller_name, r.state, r.owed, r.details->>'reason' as reason, p.transaction_serial, e.mis_ref, r.call_id
      from recharge_now r
      join holder h on h.county_id = r.county_id and h.holder_id = r.holder_id
      join lateral (select * from posting p where p.county_id = r.county_id and p.recharge_id = r.recharge_id order by generation desc limit 1) p on true
      left join posting_end e on e.county_id = p.county_id and e.transaction_serial = p.transaction_serial
      where r.county_id = ${countyId} and ${visibleHolders(actor)}
        and (${input.before ?? null}::bigint is null or r.recharge_id < ${input.before ?? null})
        and (${input.state ?? null}::text is null or r.state = ${input.state ?? null})
      order by r.recharge_id desc limit ${input.pageSize + 1}`.execute(tx)
    const recharges = rows.slice(0, input.pageSize).map(found => ({
      ...found,
      serial: maskMiddle(printSerial(found.serial)),
      accountNo: maskMiddle(found.accountNo),
      caller: found.caller === null ? null : maskMiddle(found.caller),
    }))
    return { recharges, hasMore: rows.length > input.pageSize }
  },
})
