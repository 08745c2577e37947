// Takes over postings that are due and whose lease ran out, and says what each needs next.

import { z } from 'zod'
import { transactionSerial } from '../../domain/forms.ts'
import { attemptsOf, leaseDueTasks } from '../../domain/posting.ts'
import { judge } from '../../domain/posting-rules.ts'
import { command } from '../../domain/services.ts'

export const take = command({
  roles: ['worker'],
  input: z.strictObject({ most: z.int().min(1).max(200) }),
  output: z.object({
    tasks: z.array(
      z.object({ countyId: z.int(), transactionSerial, leaseToken: z.int(), next: z.enum(['send', 'ask']) }),
    ),
  }),
  foundNothing: ({ tasks }) => tasks.length === 0,
  async run({ tx, services }, { most }) {
    const leased = await leaseDueTasks(tx, services.node, services.times.leaseMs, most)
    const tasks = []
    for (const task of leased) {
      const attempts = await attemptsOf(tx, task.countyId, task.transactionSerial)
      const { capabilities } = services.billing(task.countyId)
      const verdict = judge(attempts, {
        capabilities,
        inflightMaxMs: services.times.inflightMaxMs,
      })
      // An owed posting that was never sent judges as failed without anything sent: it is simply sent again.
      tasks.push({
        ...task,
        next: verdict.do === 'ask' || verdict.do === 'succeed' ? ('ask' as const) : ('send' as const),
      })
    }
    return { tasks }
  },
})
