// Ends one open sign-in, or all of one operator, at once.

import { z } from 'zod'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const revoke = command({
  roles: ['securityAdmin'],
  input: z.union([z.strictObject({ sessionId: z.uuid() }), z.strictObject({ operatorId: z.int() })]),
  output: z.object({ ended: z.int() }),
  async run({ tx, countyId }, input) {
    const { numDeletedRows } = await tx
      .deleteFrom('session')
      .where('countyId', '=', countyId)
      .$if('sessionId' in input, q => q.where('sessionId', '=', 'sessionId' in input ? input.sessionId : ''))
      .$if('operatorId' in input, q => q.where('operatorId', '=', 'operatorId' in input ? input.operatorId : 0))
      .executeTakeFirst()
    if ('sessionId' in input && numDeletedRows === 0n) refuse('sessionNotFound')
    return { ended: Number(numDeletedRows) }
  },
})
