// Whose jobs an actor may see: its own, the card work of the county for the county's people, all for the system administrator.

import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { instant } from '../../domain/forms.ts'
import { countyRoles } from '../../domain/roles.ts'
import type { Actor } from '../../kernel/operation.ts'

/** Work on papers of the county, whoever of its people began it. */
const sharedKinds = ['cardMaking.generate', 'stockIn.compare']

/** A condition on `job j`. */
export function visibleJobs(actor: Actor): RawBuilder<boolean> {
  const mine = sql<boolean>`j.created_by = ${actor.operatorId}::int`
  if (actor.role === 'systemAdmin') return sql<boolean>`true`
  if (countyRoles.some(role => role === actor.role))
    return sql<boolean>`(${mine} or j.kind = any(${sharedKinds}::text[]))`
  return mine
}

/** The same of jobs an actor may end: cards are made and delivered by the card administrator, so finance ends its own only. */
export function endableJobs(actor: Actor): RawBuilder<boolean> {
  if (actor.role === 'countyFinance') return sql<boolean>`j.created_by = ${actor.operatorId}::int`
  return visibleJobs(actor)
}

export const jobShape = z.object({
  jobId: z.int(),
  kind: z.string(),
  state: z.enum(['waiting', 'running', 'succeeded', 'failed', 'cancelled']),
  doneCount: z.int(),
  totalCount: z.int(),
  cancelRequested: z.boolean(),
  /** The code of a refusal. */
  error: z.string().nullable(),
  /** What came of it; for whoever asked for it, and for nobody who only looks after jobs. */
  result: z.unknown(),
  createdBy: z.string().nullable(),
  createdAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
})

/** The columns of `jobShape` from `job j`. */
export function jobColumns(actor: Actor): RawBuilder<unknown> {
  return sql`
    j.job_id, j.kind, j.state, j.done_count, j.total_count, j.cancel_requested, j.error, j.created_at, j.started_at, j.ended_at,
    case when ${actor.role} <> 'systemAdmin' or j.created_by = ${actor.operatorId}::int then j.result end as result,
    (select o.name from operator o where o.county_id = j.county_id and o.operator_id = j.created_by) as created_by`
}
