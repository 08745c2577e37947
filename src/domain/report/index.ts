// The reports by the name of their page; 账户充值记录 are operations of their own.

import { ageing } from './ageing.ts'
import { callFunnel } from './call-funnel.ts'
import { ranking } from './ranking.ts'
import { recharges } from './recharges.ts'
import { reconciliation } from './reconciliation.ts'
import type { Report } from './report.ts'
import { sales } from './sales.ts'
import { stockStatement } from './stock-statement.ts'
import { voids } from './voids.ts'

export const reports: Readonly<Record<string, Report>> = {
  stockStatement,
  sales,
  recharges,
  callFunnel,
  ageing,
  ranking,
  voids,
  reconciliation,
}
export const reportNames = Object.keys(reports)
