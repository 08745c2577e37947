// Appends what was said, keyed and answered to a call's record while it happens.

import { z } from 'zod'
import { command } from '../../domain/services.ts'

export const step = command({
  roles: ['hotline'],
  input: z.strictObject({
    callId: z.string().max(100),
    steps: z
      .array(
        z.object({
          stepNo: z.int(),
          at: z.iso.datetime(),
          kind: z.enum(['say', 'key', 'entry', 'answer', 'system']),
          /** Already without PIN digits, card and account numbers masked. */
          text: z.string().max(500),
        }),
      )
      .min(1)
      .max(200),
  }),
  output: z.object({ written: z.int() }),
  /** The steps are a record of their own; an audit row for each would say everything twice. */
  foundNothing: () => true,
  async run({ tx, countyId }, { callId, steps }) {
    await tx
      .insertInto('callStep')
      .values(steps.map(({ stepNo, at, kind, text }) => ({ countyId, callId, stepNo, at, kind, text })))
      .onConflict(conflict => conflict.doNothing())
      .execute()
    return { written: steps.length }
  },
})
