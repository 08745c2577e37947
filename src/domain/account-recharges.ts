// 账户充值记录: the recharges of accounts over a period as the billing system compares them, with sums and 大写.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import { refuse } from '../kernel/refusal.ts'
import { daysBetween, withinDays } from './business-day.ts'
import { accountNo, instant } from './forms.ts'
import { all, type Scope } from './listing/listing.ts'
import { maskedPhone, maskedSerial } from './listing/shapes.ts'
import { capitalAmount } from './money.ts'
import { visibleHolders } from './visibility.ts'

const mostRows = 5_000
const mostDays = 3_700

export const accountQuestion = {
  accountNos: z.array(accountNo).min(1).max(200),
  fromDay: z.iso.date(),
  toDay: z.iso.date(),
}

const line = z.object({
  lineNo: z.int(),
  rechargeId: z.int(),
  acceptedAt: instant,
  transactionSerial: z.string(),
  serial: maskedSerial,
  faceValueFen: z.int(),
  amountFen: z.int(),
  channel: z.string(),
  caller: maskedPhone,
  state: z.string(),
  owed: z.boolean(),
  misRef: z.string().nullable(),
  postedAt: instant.nullable(),
  /** 冲正 stands apart; null where there is none. */
  reversedAt: instant.nullable(),
})

export const accountRecord = z.object({
  /** In full: the record is for whoever keeps the account. */
  accountNo: z.string(),
  lines: z.array(line),
  /** Recharges that succeeded. */
  count: z.int(),
  amountFen: z.int(),
  capital: z.string(),
  reversedFen: z.int(),
  /** 净额 = 成功 − 已冲正 */
  netFen: z.int(),
})
export type AccountRecord = z.output<typeof accountRecord>

interface Found {
  accountNo: string
  state: string
  amountFen: number
}

/** Every account asked for, also those without a recharge. */
export async function accountRecords(
  tx: Tx,
  { countyId, actor }: Scope,
  { accountNos, fromDay, toDay }: { accountNos: readonly string[]; fromDay: string; toDay: string },
): Promise<AccountRecord[]> {
  const days = daysBetween(fromDay, toDay)
  if (days < 1 || days > mostDays) refuse('badPeriod', { days, most: mostDays })
  const wanted = [...new Set(accountNos)]
  const { rows } = await sql<Found>`
    select r.account_no, r.recharge_id, r.accepted_at, p.transaction_serial, r.serial, r.face_value_fen, p.amount_fen, r.channel,
      r.caller, r.state, r.owed, e.mis_ref, case when e.outcome = 'accepted' then e.at end as posted_at, null as reversed_at
    from recharge_now r
    join holder h on h.county_id = r.county_id and h.holder_id = r.holder_id
    join lateral (
      select * from posting p where p.county_id = r.county_id and p.recharge_id = r.recharge_id order by generation desc limit 1) p on true
    left join posting_end e on e.county_id = p.county_id and e.transaction_serial = p.transaction_serial
    where ${all(
      sql`r.county_id = ${countyId} and r.account_no = any(${wanted}::text[])`,
      visibleHolders(actor),
      withinDays(sql`r.accepted_at`, { fromDay, toDay }),
    )}
    order by r.account_no, r.accepted_at, r.recharge_id limit ${mostRows + 1}`.execute(tx)
  if (rows.length > mostRows) refuse('tooManyRecords', { most: mostRows })
  return wanted.map(accountNo => {
    const own = rows.filter(row => row.accountNo === accountNo)
    const succeeded = own.filter(row => row.state === 'succeeded')
    const amountFen = succeeded.reduce((sum, row) => sum + row.amountFen, 0)
    const lines = own.map((row, place) => line.parse({ ...row, lineNo: place + 1 }))
    const sums = {
      count: succeeded.length,
      amountFen,
      capital: capitalAmount(amountFen),
      reversedFen: 0,
      netFen: amountFen,
    }
    return { accountNo, lines, ...sums }
  })
}

/** The lines of a record on pages of so many, each with its subtotal (本页小计) of what succeeded. */
export function pagesOf(record: AccountRecord, linesPerPage: number) {
  const pages = Math.max(1, Math.ceil(record.lines.length / linesPerPage))
  return Array.from({ length: pages }, (_, page) => {
    const lines = record.lines.slice(page * linesPerPage, (page + 1) * linesPerPage)
    const succeeded = lines.filter(row => row.state === 'succeeded')
    const amountFen = succeeded.reduce((sum, row) => sum + row.amountFen, 0)
    return {
      pageNo: page + 1,
      pages,
      firstLine: page * linesPerPage + 1,
      lines: lines.length,
      count: succeeded.length,
      amountFen,
    }
  })
}
