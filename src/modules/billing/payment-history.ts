// The latest payments of an account, newest first.

import { z } from 'zod'
import { accountNo } from '../../domain/forms.ts'
import { remote } from '../../domain/services.ts'

export const paymentHistory = remote({
  roles: ['hotline', 'countyFinance'],
  input: z.strictObject({ accountNo, page: z.int().min(1).max(100).default(1) }),
  output: z.object({
    outcome: z.enum(['found', 'refused', 'unavailable']),
    reason: z.string().optional(),
    lines: z
      .array(
        z.object({
          date: z.string(),
          time: z.string(),
          amountFen: z.int(),
          kind: z.enum(['hall', 'bank', 'card', 'other']),
        }),
      )
      .default([]),
    hasMore: z.boolean().default(false),
  }),
  async run({ countyId, services }, input) {
    const answer = await services.billing(countyId).paymentHistory(input, { timeoutMs: services.times.readTimeoutMs })
    if (answer.class === 'accepted') return { outcome: 'found' as const, ...answer.data }
    if (answer.class === 'unknown' || answer.stage === 'notSent') return { outcome: 'unavailable' as const }
    return { outcome: 'refused' as const, reason: answer.reason }
  },
})
