// Closes the record of a call: why it ended, what came of it, how well it was heard.

import { sql } from 'kysely'
import { z } from 'zod'
import { command } from '../../domain/services.ts'

export const end = command({
  roles: ['hotline'],
  input: z.strictObject({
    callId: z.string().max(100),
    releaseCause: z.string().max(30),
    outcome: z.string().max(60),
    quality: z
      .object({ packetsSent: z.number(), packetsReceived: z.number(), packetsLost: z.number(), jitterMs: z.number() })
      .nullable(),
  }),
  output: z.object({ ended: z.boolean() }),
  async run({ tx, countyId }, { callId, releaseCause, outcome, quality }) {
    const row = await tx
      .updateTable('call')
      .set({ endedAt: sql<Date>`clock_timestamp()`, releaseCause, outcome, quality: JSON.stringify(quality) })
      .where('countyId', '=', countyId)
      .where('callId', '=', callId)
      .where('endedAt', 'is', null)
      .returning('callId')
      .executeTakeFirst()
    return { ended: row !== undefined }
  },
})
