// Runs a report for its period and, where asked, for the period it is compared with: same question, same figures.

import type { Tx } from '../../kernel/db.ts'
import { refuse } from '../../kernel/refusal.ts'
import { daysBetween } from '../business-day.ts'
import type { Scope } from '../listing/listing.ts'
import { reports } from './index.ts'
import { type Question, type ReportAnswer, reportScope } from './report.ts'

/** Longest period of one report. */
const mostDays = 3_700

export interface ReportRun extends ReportAnswer {
  fromDay: string
  toDay: string
}

export async function runReport(tx: Tx, scope: Scope, name: string, question: Question): Promise<ReportRun> {
  const report = reports[name] ?? refuse('badInput', { problems: ['name'] })
  if (report.countyOnly && scope.actor.role === 'stationCardAdmin') refuse('notAllowed', { operation: name })
  const { fromDay, toDay, by, measure } = question
  const days = daysBetween(fromDay, toDay)
  if (days < 1 || days > mostDays) refuse('badPeriod', { days, most: mostDays })
  for (const [asked, offered] of [
    [by, report.by],
    [measure, report.measures],
  ] as const) {
    if (asked !== undefined && !offered?.includes(asked)) refuse('badInput', { problems: [`${asked} is not offered`] })
  }
  return { fromDay, toDay, ...(await report.run(tx, reportScope(scope, question))) }
}
