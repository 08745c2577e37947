// Marks approvals that were not used in time as expired, of draws and of returns; the node asks for it by the clock.

import { z } from 'zod'
import { expireApprovals } from '../../domain/approval.ts'
import { command } from '../../domain/services.ts'

const mostAtOnce = 100

export const expireDue = command({
  roles: ['worker'],
  input: z.strictObject({}),
  output: z.object({ expired: z.int() }),
  foundNothing: ({ expired }) => expired === 0,
  async run({ tx, countyId, now }) {
    return { expired: await expireApprovals(tx, countyId, now, mostAtOnce) }
  },
})
