// How far a job is.

import { sql } from 'kysely'
import { z } from 'zod'
import { everyone } from '../../domain/roles.ts'
import { query } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'
import { jobColumns, jobShape, visibleJobs } from './visible-jobs.ts'

export const get = query({
  roles: everyone,
  input: z.strictObject({ jobId: z.int() }),
  output: jobShape,
  async run({ tx, actor, countyId }, { jobId }) {
    const { rows } = await sql<z.input<typeof jobShape>>`
      select ${jobColumns(actor)} from job j
      where j.county_id = ${countyId} and j.job_id = ${jobId} and ${visibleJobs(actor)}`.execute(tx)
    return rows[0] ?? refuse('jobNotFound', { jobId })
  },
})
