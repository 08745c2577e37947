// Calls, newest first; those in progress too.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant, pageSize } from '../../domain/forms.ts'
import { query } from '../../domain/services.ts'
import { maskMiddle } from '../../kernel/redact.ts'

const call = z.object({
  callId: z.string(),
  caller: z.string().nullable(),
  called: z.string(),
  language: z.string(),
  engine: z.string(),
  startedAt: instant,
  endedAt: instant.nullable(),
  releaseCause: z.string().nullable(),
  outcome: z.string().nullable(),
})

export const list = query({
  roles: ['countyCardAdmin', 'countyFinance', 'hotlineAttendant'],
  input: z.strictObject({ liveOnly: z.boolean().default(false), before: z.iso.datetime().optional(), pageSize }),
  output: z.object({ calls: z.array(call), hasMore: z.boolean() }),
  async run({ tx, countyId }, input) {
    const { rows } = await sql<z.input<typeof call> & { caller: string | null }>`
      select call_id, caller, called, language, engine, started_at, ended_at, release_cause, outcome from call
      where county_id = ${countyId} and (not ${input.liveOnly} or ended_at is null)
        and (${input.before ?? null}::timestamptz is null or started_at < ${input.before ?? null})
      order by started_at desc limit ${input.pageSize + 1}`.execute(tx)
    const calls = rows
      .slice(0, input.pageSize)
      .map(row => ({ ...row, caller: row.caller === null ? null : maskMiddle(row.caller) }))
    return { calls, hasMore: rows.length > input.pageSize }
  },
})
