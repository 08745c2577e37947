// Sends an accepted recharge to the billing system now and waits for the truth as long as a caller may be kept waiting.

import { z } from 'zod'
import { transactionSerial } from '../../domain/forms.ts'
import { remote } from '../../domain/services.ts'

export const post = remote({
  roles: ['hotline'],
  input: z.strictObject({ transactionSerial, leaseToken: z.int(), budgetMs: z.int().min(0).max(60_000) }),
  output: z.object({
    settlement: z.enum(['succeeded', 'failed', 'doubtful', 'owed', 'lateAcceptance', 'stale']),
    /** Why it failed, by the billing system's reason. */
    reason: z.string().nullable(),
    balanceFen: z.int().nullable(),
    notices: z.array(z.string()),
  }),
  run: ({ countyId, services }, input) => services.postNow({ countyId, ...input }),
})
