// A change of business settings as the pages show it: before and after, field by field.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant } from '../../domain/forms.ts'
import type { Tx } from '../../kernel/db.ts'

export const settingChange = z.object({
  changeId: z.int(),
  state: z.enum(['proposed', 'confirmed', 'rejected', 'cancelled']),
  fields: z.array(z.object({ name: z.string(), before: z.unknown(), after: z.unknown() })),
  startsAt: instant,
  effectiveAt: instant.nullable(),
  reason: z.string(),
  proposedBy: z.string(),
  proposedAt: instant,
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
  decisionNote: z.string(),
})

export const changeId = z.strictObject({ changeId: z.int() })
export const decided = z.object({ changeId: z.int(), effectiveAt: instant.nullable() })

/** Changes of a county, newest first; `before` a change's id, and only those in a state where one is given. */
export async function readChanges(
  tx: Tx,
  countyId: number,
  { states, before, limit }: { states: readonly string[]; before: number | null; limit: number },
): Promise<z.input<typeof settingChange>[]> {
  const { rows } = await sql<z.input<typeof settingChange>>`
    select c.change_id, c.state, c.starts_at, c.effective_at, c.reason, p.name as proposed_by, c.proposed_at,
      d.name as decided_by, c.decided_at, c.decision_note,
      (select jsonb_agg(jsonb_build_object('name', key, 'before', c.before -> key, 'after', value) order by key)
        from jsonb_each(c.changes)) as fields
    from setting_change c
    join operator p on p.county_id = c.county_id and p.operator_id = c.proposed_by
    left join operator d on d.county_id = c.county_id and d.operator_id = c.decided_by
    where c.county_id = ${countyId} and c.state = any(${[...states]}::text[]) and c.change_id < ${before ?? 2_147_483_647}
    order by c.change_id desc limit ${limit}`.execute(tx)
  return rows
}
