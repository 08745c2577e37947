// Keeps what the billing system answered and settles recharge and card by the rules of exactly-once.

import { z } from 'zod'
import { countySettings } from '../../domain/county-settings.ts'
import { transactionSerial } from '../../domain/forms.ts'
import { settlePosting } from '../../domain/posting.ts'
import type { AttemptOutcome } from '../../domain/posting-rules.ts'
import { command } from '../../domain/services.ts'

/** What the connector classed; written by this product's own parts only. */
const outcome = z.custom<AttemptOutcome>(
  value => typeof value === 'object' && value !== null && 'class' in value,
  'an outcome has a class',
)

export const settle = command({
  roles: ['worker'],
  input: z.strictObject({ transactionSerial, attemptNo: z.int(), leaseToken: z.int(), outcome }),
  output: z.object({
    settlement: z.enum(['succeeded', 'failed', 'doubtful', 'owed', 'lateAcceptance', 'stale']),
    next: z.enum(['nothing', 'send', 'ask']),
    reason: z.string().nullable(),
  }),
  async run({ tx, countyId, services }, input) {
    const { capabilities } = services.billing(countyId)
    const { inflightMaxMs, schedule } = services.times
    const { whenMisDown } = await countySettings(tx, countyId)
    return settlePosting(
      tx,
      { countyId, ...input },
      { capabilities, inflightMaxMs, schedule, oweWhenNothingSent: whenMisDown === 'accept' },
    )
  },
})
