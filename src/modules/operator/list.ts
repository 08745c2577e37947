// The sign-ins of the county with their last use, without anything secret; and who holds separated duties together.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant } from '../../domain/forms.ts'
import { administrators, businessRoles } from '../../domain/roles.ts'
import { query } from '../../domain/services.ts'

const row = z.object({
  operatorId: z.int(),
  signInName: z.string(),
  staffNo: z.string(),
  name: z.string(),
  role: z.string(),
  holderId: z.int().nullable(),
  placeName: z.string().nullable(),
  regionId: z.int().nullable(),
  createdAt: instant,
  lastSignInAt: instant.nullable(),
  lockedUntil: instant.nullable(),
  disabledAt: instant.nullable(),
  mustChangePassword: z.boolean(),
  totp: z.boolean(),
  openSessions: z.int(),
})
const mostOperators = 2_000

export const list = query({
  roles: ['securityAdmin'],
  input: z.strictObject({}),
  output: z.object({
    operators: z.array(row),
    heldTogether: z.array(z.object({ staffNo: z.string(), roles: z.array(z.string()) })),
  }),
  async run({ tx, countyId }) {
    const operators = await sql<z.input<typeof row>>`
      select o.operator_id, o.sign_in_name, o.staff_no, o.name, o.role, o.holder_id, h.name as place_name, o.region_id,
        o.created_at, o.last_sign_in_at, case when o.locked_until > now() then o.locked_until end as locked_until,
        o.disabled_at, o.must_change_password, o.totp_confirmed_at is not null as totp,
        (select count(*)::int from session s where s.county_id = o.county_id and s.operator_id = o.operator_id
          and s.expires_at > now()) as open_sessions
      from operator o left join holder h on h.county_id = o.county_id and h.holder_id = o.holder_id
      where o.county_id = ${countyId} order by o.staff_no, o.operator_id limit ${mostOperators}`.execute(tx)
    const together = await sql<{ staffNo: string; roles: string[] }>`
      select staff_no, array_agg(distinct role order by role) as roles from operator
      where county_id = ${countyId} and disabled_at is null and role = any(${[...businessRoles, ...administrators]}::text[])
      group by staff_no having count(distinct role) > 1 order by staff_no limit 200`.execute(tx)
    return { operators: operators.rows, heldTogether: together.rows }
  },
})
