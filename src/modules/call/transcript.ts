// What was said and keyed in one call, in order.

import { z } from 'zod'
import { instant } from '../../domain/forms.ts'
import { query } from '../../domain/services.ts'

export const transcript = query({
  roles: ['countyCardAdmin', 'countyFinance', 'hotlineAttendant'],
  sensitive: true,
  input: z.strictObject({ callId: z.string().max(100), after: z.int().min(0).default(0) }),
  output: z.object({
    steps: z.array(z.object({ stepNo: z.int(), at: instant, kind: z.string(), text: z.string() })),
    ended: z.boolean(),
  }),
  async run({ tx, countyId }, { callId, after }) {
    const call = await tx
      .selectFrom('call')
      .select('endedAt')
      .where('countyId', '=', countyId)
      .where('callId', '=', callId)
      .executeTakeFirst()
    const steps = await tx
      .selectFrom('callStep')
      .select(['stepNo', 'at', 'kind', 'text'])
      .where('countyId', '=', countyId)
      .where('callId', '=', callId)
      .where('stepNo', '>', after)
      .orderBy('stepNo')
      .limit(1_000)
      .execute()
    return { steps, ended: call?.endedAt != null }
  },
})
