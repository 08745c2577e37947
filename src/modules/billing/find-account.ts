// Looks an account up in the billing system, or says that it cannot be asked now.

import { z } from 'zod'
import { accountNo } from '../../domain/forms.ts'
import { remote } from '../../domain/services.ts'

const account = z.object({
  accountNo: z.string(),
  name: z.string(),
  status: z.enum(['normal', 'closed', 'locked', 'cardMeter']),
  balanceFen: z.int(),
  dueFen: z.int(),
  lateFeeFen: z.int(),
  disconnected: z.boolean(),
  acceptance: z.object({
    canPay: z.boolean(),
    reason: z.string().optional(),
    minFen: z.int(),
    maxFen: z.int(),
    partialAllowed: z.boolean(),
    prepayAllowed: z.boolean(),
  }),
})

export const findAccount = remote({
  roles: ['hotline', 'countyFinance'],
  input: z.strictObject({ accountNo }),
  output: z.object({
    outcome: z.enum(['found', 'notFound', 'refused', 'unavailable']),
    account: account.optional(),
    reason: z.string().optional(),
  }),
  async run({ countyId, services }, input) {
    const answer = await services
      .billing(countyId)
      .findAccount(input.accountNo, { timeoutMs: services.times.readTimeoutMs, patience: services.times.readPatience })
    if (answer.class === 'accepted') return { outcome: 'found' as const, account: answer.data }
    if (answer.class === 'unknown' || answer.stage === 'notSent') return { outcome: 'unavailable' as const }
    if (answer.reason === 'accountNotFound') return { outcome: 'notFound' as const, reason: answer.reason }
    return { outcome: 'refused' as const, reason: answer.reason }
  },
})
