// Asks a job to end; it leaves nothing half done.

import { z } from 'zod'
import { cardRoles } from '../../domain/roles.ts'
import { command } from '../../domain/services.ts'

export const cancel = command({
  roles: [...cardRoles, 'systemAdmin'],
  input: z.strictObject({ jobId: z.int() }),
  output: z.object({ asked: z.boolean() }),
  async run({ tx, countyId }, { jobId }) {
    const row = await tx
      .updateTable('job')
      .set({ cancelRequested: true })
      .where('countyId', '=', countyId)
      .where('jobId', '=', jobId)
      .where('state', 'in', ['waiting', 'running'])
      .returning('jobId')
      .executeTakeFirst()
    return { asked: row !== undefined }
  },
})
