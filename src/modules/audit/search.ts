// The operation log, newest first.

import { z } from 'zod'
import { instant, pageSize } from '../../domain/forms.ts'
import { query } from '../../domain/services.ts'

export const search = query({
  roles: ['auditAdmin'],
  sensitive: true,
  input: z.strictObject({ operation: z.string().max(80).optional(), before: z.int().optional(), pageSize }),
  output: z.object({
    entries: z.array(
      z.object({
        auditId: z.int(),
        at: instant,
        operation: z.string(),
        outcome: z.string(),
        actorRole: z.string(),
        actorName: z.string(),
        requestId: z.string(),
        details: z.unknown(),
      }),
    ),
    hasMore: z.boolean(),
  }),
  async run({ tx, countyId }, input) {
    const rows = await tx
      .selectFrom('audit')
      .select(['auditId', 'at', 'operation', 'outcome', 'actorRole', 'actorName', 'requestId', 'details'])
      .where('countyId', '=', countyId)
      .$if(input.operation !== undefined, q => q.where('operation', '=', input.operation ?? ''))
      .$if(input.before !== undefined, q => q.where('auditId', '<', input.before ?? 0))
      .orderBy('auditId', 'desc')
      .limit(input.pageSize + 1)
      .execute()
    return { entries: rows.slice(0, input.pageSize), hasMore: rows.length > input.pageSize }
  },
})
