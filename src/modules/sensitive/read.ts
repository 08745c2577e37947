// Shows the numbers of one record in full (查看完整), for a reason that is written down with who asked.

import { sql } from 'kysely'
import { z } from 'zod'
import { printSerial } from '../../domain/serial.ts'
import { query } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

const numbers = z.object({
  serial: z.string().nullable().default(null),
  accountNo: z.string().nullable().default(null),
  phone: z.string().nullable().default(null),
  identityNo: z.string().nullable().default(null),
})

interface Found {
  serial: number | null
  accountNo: string | null
  phone: string | null
  identityNo: string | null
}

export const read = query({
  roles: ['countyCardAdmin', 'countyFinance'],
  sensitive: true,
  input: z.strictObject({
    kind: z.enum(['recharge', 'posting', 'call', 'holder']),
    /** The recharge, transaction serial, call, or place. */
    id: z.string().min(1).max(100),
    reason: z.string().trim().min(2).max(200),
  }),
  output: numbers,
  async run({ tx, countyId }, { kind, id }) {
    const no = /^\d{1,15}$/.test(id) ? Number(id) : -1
    const selects = {
      recharge: sql<Found>`
        select serial, account_no, caller as phone, null as identity_no from recharge
        where county_id = ${countyId} and recharge_id = ${no}`,
      posting: sql<Found>`
        select r.serial, p.account_no, r.caller as phone, null as identity_no
        from posting p join recharge r using (county_id, recharge_id)
        where p.county_id = ${countyId} and p.transaction_serial = ${id}`,
      call: sql<Found>`
        select null as serial, null as account_no, caller as phone, null as identity_no from call
        where county_id = ${countyId} and call_id = ${id}`,
      holder: sql<Found>`
        select null as serial, null as account_no, h.phone, nullif(s.identity_no, '') as identity_no
        from holder h left join seller s on s.county_id = h.county_id and s.holder_id = h.holder_id
        where h.county_id = ${countyId} and h.holder_id = ${no}`,
    }
    const { rows } = await selects[kind].execute(tx)
    const found = rows[0] ?? refuse('recordNotFound')
    return { ...found, serial: found.serial === null ? null : printSerial(found.serial) }
  },
})
