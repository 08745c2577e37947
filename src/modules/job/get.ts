// How far a job is.

import { z } from 'zod'
import { instant } from '../../domain/forms.ts'
import { cardRoles } from '../../domain/roles.ts'
import { query } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const get = query({
  roles: [...cardRoles, 'systemAdmin'],
  input: z.strictObject({ jobId: z.int() }),
  output: z.object({
    jobId: z.int(),
    kind: z.string(),
    state: z.enum(['waiting', 'running', 'succeeded', 'failed', 'cancelled']),
    doneCount: z.int(),
    totalCount: z.int(),
    error: z.string().nullable(),
    result: z.unknown(),
    createdAt: instant,
    endedAt: instant.nullable(),
  }),
  async run({ tx, countyId }, { jobId }) {
    const job = await tx
      .selectFrom('job')
      .selectAll()
      .where('countyId', '=', countyId)
      .where('jobId', '=', jobId)
      .executeTakeFirst()
    if (!job) return refuse('jobNotFound', { jobId })
    const { kind, doneCount, totalCount, error, result, createdAt, endedAt } = job
    const state = z.enum(['waiting', 'running', 'succeeded', 'failed', 'cancelled']).parse(job.state)
    return { jobId, kind, state, doneCount, totalCount, error, result, createdAt, endedAt }
  },
})
