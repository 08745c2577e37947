// The nine reports by the name of their page.

import type { Report } from './report.ts'
import { stockStatement } from './stock-statement.ts'

export const reports: Readonly<Record<string, Report>> = {
  stockStatement,
}
export const reportNames = Object.keys(reports)
