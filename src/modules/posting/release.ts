// Gives a posting's lease back when its sender stops trying for now.

import { z } from 'zod'
import { transactionSerial } from '../../domain/forms.ts'
import { releaseTask } from '../../domain/posting.ts'
import { command } from '../../domain/services.ts'

export const release = command({
  roles: ['worker'],
  input: z.strictObject({ transactionSerial, leaseToken: z.int() }),
  output: z.object({ released: z.literal(true) }),
  async run({ tx, countyId }, input) {
    await releaseTask(tx, { countyId, ...input })
    return { released: true as const }
  },
})
