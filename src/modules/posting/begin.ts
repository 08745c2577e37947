// Commits the start of one message to the billing system, before a byte of it is written.

import { z } from 'zod'
import { instant, transactionSerial } from '../../domain/forms.ts'
import { type BegunAttempt, beginAttempts } from '../../domain/posting.ts'
import { command } from '../../domain/services.ts'
import { Refusal } from '../../kernel/refusal.ts'

const posting = z.object({
  transactionSerial: z.string(),
  accountNo: z.string(),
  amountFen: z.int(),
  acctDate: z.string(),
  cardTail: z.string(),
  channelKind: z.enum(['voice', 'sms', 'web', 'desk']),
})

export const begin = command({
  roles: ['worker'],
  input: z.strictObject({
    transactionSerial,
    leaseToken: z.int(),
    message: z.enum(['post', 'query', 'close']),
    acctDate: z.string().regex(/^\d{8}$/),
  }),
  output: z.object({ attemptNo: z.int(), startedAt: instant, expiresAt: instant.nullable(), posting }),
  async run({ tx, countyId, services }, input) {
    const { node, times } = services
    const [begun] = await beginAttempts(tx, [{ countyId, ...input }], { node, expiresAfterMs: times.expiresAfterMs })
    const answer = answerOf(begun)
    if (answer instanceof Refusal) throw answer
    return answer
  },
  async runMany({ tx, services }, items) {
    const { node, times } = services
    const wanted = items.map(({ context, input }) => ({ countyId: context.countyId, ...input }))
    return (await beginAttempts(tx, wanted, { node, expiresAfterMs: times.expiresAfterMs })).map(answerOf)
  },
})

const answerOf = (begun: BegunAttempt | null | undefined) => begun ?? new Refusal('leaseLost')
