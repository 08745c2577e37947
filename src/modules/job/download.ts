// Hands out the file that an export made, to whoever asked for it, until it has expired.

import { sql } from 'kysely'
import { z } from 'zod'
import { everyone } from '../../domain/roles.ts'
import { query } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const download = query({
  roles: everyone,
  sensitive: true,
  input: z.strictObject({ jobId: z.int() }),
  output: z.object({
    rowCount: z.int(),
    download: z.object({ fileName: z.string(), mediaType: z.string(), path: z.string(), sizeBytes: z.int() }),
  }),
  recorded: ({ rowCount }) => ({ rowCount }),
  async run({ tx, actor, countyId }, { jobId }) {
    const file = await tx
      .selectFrom('exportFile')
      .innerJoin('job', join =>
        join.onRef('job.countyId', '=', 'exportFile.countyId').onRef('job.jobId', '=', 'exportFile.jobId'),
      )
      .select(['fileName', 'mediaType', 'path', 'sizeBytes', 'rowCount'])
      .where('exportFile.countyId', '=', countyId)
      .where('exportFile.jobId', '=', jobId)
      .where('job.createdBy', '=', actor.operatorId)
      .where('job.state', '=', 'succeeded')
      .where('expiresAt', '>', sql<Date>`now()`)
      .executeTakeFirst()
    if (!file) return refuse('exportNotFound', { jobId })
    const { rowCount, ...found } = file
    return { rowCount, download: found }
  },
})
