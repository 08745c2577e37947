// Calls (呼叫记录): who called, how far they came, how long it took, and how many recharges came of it.

import { sql } from 'kysely'
import { z } from 'zod'
import { withinDays } from '../business-day.ts'
import { instant } from '../forms.ts'
import { column } from './columns.ts'
import { all, type Listing, when } from './listing.ts'
import { callerNumber } from './recharges.ts'
import { maskedPhone } from './shapes.ts'

const filter = {
  fromDay: z.iso.date().optional(),
  toDay: z.iso.date().optional(),
  caller: callerNumber.optional(),
  called: z.string().max(30).optional(),
  language: z.string().max(10).optional(),
  outcomes: z.array(z.string().max(40)).max(30).optional(),
  releaseCause: z.string().max(40).optional(),
  trunk: z.string().max(60).optional(),
  engine: z.string().max(20).optional(),
  /** Seconds. */
  durationFrom: z.int().min(0).optional(),
  durationTo: z.int().min(0).optional(),
  liveOnly: z.boolean().optional(),
}
const read = z.object(filter)

const row = z.object({
  callId: z.string(),
  caller: maskedPhone,
  called: z.string(),
  language: z.string(),
  engine: z.string(),
  trunk: z.string(),
  startedAt: instant,
  endedAt: instant.nullable(),
  durationSeconds: z.int(),
  releaseCause: z.string().nullable(),
  outcome: z.string().nullable(),
  recharges: z.int(),
})

export const calls = {
  name: 'call',
  title: ['呼叫记录', 'Calls'],
  filter,
  row,
  columns: [
    column('startedAt', 'instant', ['开始时间', 'Started at']),
    column('endedAt', 'instant', ['结束时间', 'Ended at']),
    column('durationSeconds', 'count', ['时长（秒）', 'Duration (s)']),
    column('caller', 'text', ['主叫', 'Caller']),
    column('called', 'text', ['被叫', 'Called']),
    column('language', 'text', ['语言', 'Language']),
    column('outcome', 'text', ['结果', 'Outcome']),
    column('releaseCause', 'text', ['挂断原因', 'Release cause']),
    column('trunk', 'text', ['中继', 'Trunk']),
    column('engine', 'text', ['接入方式', 'Engine']),
    column('recharges', 'count', ['充值笔数', 'Recharges']),
    column('callId', 'text', ['呼叫', 'Call']),
  ],
  sorts: {
    startedAt: { by: sql`q.started_at`, type: 'timestamptz' },
    durationSeconds: { by: sql`q.duration_seconds`, type: 'bigint' },
  },
  first: { sort: 'startedAt', direction: 'desc' },
  id: { by: sql`q.call_id`, type: 'text' },
  sums: ['durationSeconds', 'recharges'],
  facet: { column: 'outcome', filter: 'outcomes' },
  select({ countyId, now }, asked) {
    const f = read.parse(asked)
    const seconds = sql`greatest(0, extract(epoch from coalesce(c.ended_at, ${now}::timestamptz) - c.started_at))::int`
    return sql`
      select c.call_id, c.caller, c.called, c.language, c.engine, c.trunk, c.started_at, c.ended_at, ${seconds} as duration_seconds,
        c.release_cause, c.outcome,
        (select count(*)::int from recharge r where r.county_id = c.county_id and r.call_id = c.call_id) as recharges
      from call c
      where ${all(
        sql`c.county_id = ${countyId}`,
        withinDays(sql`c.started_at`, f),
        when(f.caller, caller => sql`c.caller = ${caller}`),
        when(f.called, called => sql`c.called = ${called}`),
        when(f.language, language => sql`c.language = ${language}`),
        when(f.outcomes, outcomes => sql`c.outcome = any(${outcomes}::text[])`),
        when(f.releaseCause, cause => sql`c.release_cause = ${cause}`),
        when(f.trunk, trunk => sql`c.trunk = ${trunk}`),
        when(f.engine, engine => sql`c.engine = ${engine}`),
        when(f.durationFrom, from => sql`${seconds} >= ${from}`),
        when(f.durationTo, to => sql`${seconds} <= ${to}`),
        f.liveOnly === true && sql`c.ended_at is null`,
      )}`
  },
} as const satisfies Listing
