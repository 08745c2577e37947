// The open sign-ins of the county: who, from where, since when, last used when.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant } from '../../domain/forms.ts'
import { query } from '../../domain/services.ts'

const row = z.object({
  sessionId: z.string(),
  operatorId: z.int(),
  signInName: z.string(),
  name: z.string(),
  role: z.string(),
  address: z.string(),
  userAgent: z.string(),
  createdAt: instant,
  lastSeenAt: instant,
  expiresAt: instant,
  /** The session that asks. */
  own: z.boolean(),
})
const mostSessions = 500

export const list = query({
  roles: ['securityAdmin'],
  input: z.strictObject({ operatorId: z.int().optional() }),
  output: z.object({ sessions: z.array(row), hasMore: z.boolean() }),
  async run({ tx, actor, countyId }, { operatorId }) {
    const { rows } = await sql<z.input<typeof row>>`
      select s.session_id::text as session_id, o.operator_id, o.sign_in_name, o.name, o.role, s.address, s.user_agent,
        s.created_at, s.last_seen_at, s.expires_at, s.token_hash = ${actor.sessionHash ?? Buffer.alloc(0)} as own
      from session s join operator o using (county_id, operator_id)
      where s.county_id = ${countyId} and s.expires_at > now() and (${operatorId ?? null}::int is null or s.operator_id = ${operatorId ?? null})
      order by s.last_seen_at desc, s.session_id limit ${mostSessions + 1}`.execute(tx)
    return { sessions: rows.slice(0, mostSessions), hasMore: rows.length > mostSessions }
  },
})
