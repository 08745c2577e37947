// Asks a job to end; it leaves nothing half done.

import { sql } from 'kysely'
import { z } from 'zod'
import { everyone } from '../../domain/roles.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'
import { endableJobs } from './visible-jobs.ts'

export const cancel = command({
  roles: everyone,
  input: z.strictObject({ jobId: z.int() }),
  output: z.object({ asked: z.boolean() }),
  async run({ tx, actor, countyId }, { jobId }) {
    const { rows } = await sql<{ open: boolean }>`
      update job j set cancel_requested = j.cancel_requested or j.state in ('waiting', 'running')
      where j.county_id = ${countyId} and j.job_id = ${jobId} and ${endableJobs(actor)}
      returning j.state in ('waiting', 'running') as open`.execute(tx)
    const [job] = rows
    return job ? { asked: job.open } : refuse('jobNotFound', { jobId })
  },
})
