// What an account owes, by month.

import { z } from 'zod'
import { accountNo } from '../../domain/forms.ts'
import { remote } from '../../domain/services.ts'

export const billsDue = remote({
  roles: ['hotline', 'countyFinance'],
  input: z.strictObject({ accountNo, page: z.int().min(1).max(100).default(1) }),
  output: z.object({
    outcome: z.enum(['found', 'refused', 'unavailable']),
    reason: z.string().optional(),
    totalDueFen: z.int().optional(),
    totalLateFeeFen: z.int().optional(),
    lines: z
      .array(z.object({ month: z.string(), amountFen: z.int(), lateFeeFen: z.int(), status: z.string() }))
      .default([]),
    hasMore: z.boolean().default(false),
  }),
  async run({ countyId, services }, input) {
    const answer = await services.billing(countyId).billsDue(input, { timeoutMs: services.times.readTimeoutMs })
    if (answer.class === 'accepted') return { outcome: 'found' as const, ...answer.data }
    if (answer.class === 'unknown' || answer.stage === 'notSent') return { outcome: 'unavailable' as const }
    return { outcome: 'refused' as const, reason: answer.reason }
  },
})
