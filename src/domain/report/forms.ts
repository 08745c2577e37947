// What reports answer, and how they are asked for.

import { z } from 'zod'
import { instant } from '../forms.ts'
import { reportNames } from './index.ts'
import { reportQuestion } from './report.ts'

export const reportInput = {
  name: z.enum(reportNames),
  ...reportQuestion,
  compare: z.enum(['none', 'previous', 'lastYear']).default('none'),
}

const words = z.tuple([z.string(), z.string()])
const row = z.record(z.string(), z.union([z.string(), z.number(), z.null()]))

const table = z.object({
  name: z.string(),
  title: words,
  columns: z.array(z.object({ key: z.string(), kind: z.string(), title: words })),
  rows: z.array(row),
  totals: row.nullable(),
})

const answer = z.object({
  fromDay: z.string(),
  toDay: z.string(),
  tables: z.array(table),
  /** What must be zero: 与卡数核对 first. */
  checks: z.array(z.object({ name: z.string(), title: words, difference: z.number() })),
})

export const reportOutput = answer.extend({
  title: words,
  /** 数据截至 */
  asOf: instant,
  compared: answer.nullable(),
})

export const reportRoles = ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'regionViewer'] as const
