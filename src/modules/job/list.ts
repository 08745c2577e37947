// The jobs an actor may see (任务), newest first.

import { sql } from 'kysely'
import { z } from 'zod'
import { pageSize } from '../../domain/forms.ts'
import { everyone } from '../../domain/roles.ts'
import { query } from '../../domain/services.ts'
import { jobColumns, jobShape, visibleJobs } from './visible-jobs.ts'

export const list = query({
  roles: everyone,
  input: z.strictObject({
    open: z.boolean().optional(),
    onlyMine: z.boolean().optional(),
    /** Only jobs older than this one: the last of the page before. */
    beforeId: z.int().optional(),
    limit: pageSize,
  }),
  output: z.object({ jobs: z.array(jobShape) }),
  async run({ tx, actor, countyId }, { open = null, onlyMine, beforeId, limit }) {
    const mine = onlyMine ? sql`j.created_by = ${actor.operatorId}::int` : sql`true`
    const { rows } = await sql<z.input<typeof jobShape>>`
      select ${jobColumns(actor)} from job j
      where j.county_id = ${countyId} and ${visibleJobs(actor)} and ${mine}
        and (${open}::boolean is null or (j.state in ('waiting', 'running')) = ${open}::boolean)
        and j.job_id < ${beforeId ?? Number.MAX_SAFE_INTEGER}
      order by j.job_id desc limit ${limit}`.execute(tx)
    return { jobs: rows }
  },
})
