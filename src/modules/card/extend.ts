// Extends cards free of charge (展期): one or ranges, by finance; above the county's limit a second one approves.

import { sql } from 'kysely'
import { z } from 'zod'
import { applicant, reopenOrOpen, requireReason, serviceReason } from '../../domain/card-service.ts'
import { doOrSubmit } from '../../domain/card-service-act.ts'
import { documentAnswer, documentRef, note, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { totalQuantity } from '../../domain/range.ts'
import { command } from '../../domain/services.ts'
import type { Tx } from '../../kernel/db.ts'
import { refuse } from '../../kernel/refusal.ts'

/** Years from today that a card is at the most good for: printed cards and their numbers do not last for ever. */
const mostYears = 20

export const extend = command({
  roles: ['countyFinance'],
  input: z.strictObject({
    ranges: printedRanges,
    /** Good to the end of this day. */
    expiresOn: z.iso.date(),
    reason: serviceReason.default('expiring'),
    applicant: applicant.nullable().default(null),
    note: note.default(''),
    /** A rejected extension that is sent again, changed. */
    again: z.strictObject(documentRef).optional(),
  }),
  output: documentAnswer.extend({ quantity: z.int() }),
  async run({ tx, actor, countyId, now }, { ranges: printed, expiresOn, reason, applicant, note, again }) {
    requireReason(reason, note)
    const { today, latest } = await days(tx, now)
    if (expiresOn <= today) refuse('KF02', { date: today })
    if (expiresOn > latest) refuse('extendedTooFar', { date: latest })
    const ranges = storedRanges(printed, countyId)
    const opened = await reopenOrOpen(tx, actor, { service: 'extend', reason, applicant, expiresOn }, { note, again })
    const done = await doOrSubmit(tx, actor, { ...opened, ranges, at: now })
    return { ...done, quantity: totalQuantity(ranges) }
  },
})

async function days(tx: Tx, now: Date): Promise<{ today: string; latest: string }> {
  const { rows } = await sql<{ today: string; latest: string }>`
    select d::text as today, (d + make_interval(years => ${mostYears}))::date::text as latest
    from (select (${now}::timestamptz at time zone 'Asia/Shanghai')::date as d) x`.execute(tx)
  const row = rows[0]
  if (!row) throw new Error('a row without a table')
  return row
}
