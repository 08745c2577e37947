// At a node's start: closes the records of calls that its killed predecessor left open.

import { sql } from 'kysely'
import { z } from 'zod'
import { command } from '../../domain/services.ts'

export const endLeft = command({
  roles: ['worker'],
  input: z.strictObject({}),
  output: z.object({ ended: z.int() }),
  foundNothing: ({ ended }) => ended === 0,
  async run({ tx, countyId, services }) {
    const rows = await tx
      .updateTable('call')
      .set({ endedAt: sql<Date>`clock_timestamp()`, releaseCause: 'shutdown' })
      .where('countyId', '=', countyId)
      .where('node', '=', services.node)
      .where('endedAt', 'is', null)
      .returning('callId')
      .execute()
    return { ended: rows.length }
  },
})
