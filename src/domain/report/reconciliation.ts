// 对账: what the comparison with the billing system found, day by day, with the sums of each month.

import { sql } from 'kysely'
import { documentStateWords } from '../listing/words.ts'
import { col, groupBy, numberOf, type Report, type ReportCheck, type ReportRow, sumRows } from './report.ts'

const keys = [
  'oursCount',
  'oursFen',
  'theirsCount',
  'theirsFen',
  'agreed',
  'oursOnly',
  'theirsOnly',
  'different',
  'differenceFen',
  'treated',
  'open',
]

export const reconciliation: Report = {
  title: ['对账', 'Reconciliation'],
  countyOnly: true,
  async run(tx, { countyId, question }) {
    const { rows: days } = await sql<ReportRow>`
      select r.day, r.ours_quantity as ours_count, r.ours_fen, r.theirs_quantity as theirs_count, r.theirs_fen, r.agreed_quantity as agreed,
        count(*) filter (where x.class = 'oursOnly')::int as ours_only, count(*) filter (where x.class = 'theirsOnly')::int as theirs_only,
        count(*) filter (where x.class = 'different')::int as different, r.ours_fen - r.theirs_fen as difference_fen,
        count(*) filter (where x.treatment is not null)::int as treated,
        count(*) filter (where x.class is not null and x.treatment is null)::int as open, d.state
      from reconciliation r
      join document d on d.county_id = r.county_id and d.document_id = r.document_id
      left join reconciliation_difference x on x.county_id = r.county_id and x.day = r.day
      where r.county_id = ${countyId} and r.day between ${question.fromDay}::date and ${question.toDay}::date
      group by r.county_id, r.day, d.state order by r.day`.execute(tx)
    const months = [...groupBy(days, row => String(row.day).slice(0, 7))]
    const rows = months.flatMap(([month, own]) => [
      ...own.map(row => ({ level: 'day', ...row })),
      { level: 'month', day: null, state: `${month} 累计`, ...sumRows(own, keys) },
    ])
    const totals = days.length === 0 ? null : { level: 'total', state: '合计', ...sumRows(days, keys) }
    return {
      tables: [{ name: 'reconciliation', title: ['对账', 'Reconciliation'], columns, rows, totals }],
      checks: checksOf(days),
    }
  },
}

/** 我方笔 = 一致 + 仅我方 + 不一致, and the same for theirs, on every day. */
function checksOf(days: readonly ReportRow[]): ReportCheck[] {
  const off = (side: 'ours' | 'theirs') =>
    days.reduce((sum, row) => {
      const parts = numberOf(row.agreed) + numberOf(row[`${side}Only`]) + numberOf(row.different)
      return sum + Math.abs(numberOf(row[`${side}Count`]) - parts)
    }, 0)
  return [
    { name: 'ours', title: ['我方笔 = 一致 + 仅我方 + 不一致', 'Ours adds up'], difference: off('ours') },
    { name: 'theirs', title: ['对方笔 = 一致 + 仅对方 + 不一致', 'Theirs adds up'], difference: off('theirs') },
  ]
}

const columns = [
  col('day', 'date', '日期', 'Day'),
  col('oursCount', 'count', '我方 笔', 'Ours'),
  col('oursFen', 'fen', '我方（元）', 'Ours (yuan)'),
  col('theirsCount', 'count', '对方 笔', 'Theirs'),
  col('theirsFen', 'fen', '对方（元）', 'Theirs (yuan)'),
  col('agreed', 'count', '一致', 'Agreed'),
  col('oursOnly', 'count', '仅我方', 'Ours only'),
  col('theirsOnly', 'count', '仅对方', 'Theirs only'),
  col('different', 'count', '不一致', 'Different'),
  col('differenceFen', 'fen', '差额（元）', 'Difference (yuan)'),
  col('treated', 'count', '已处理', 'Treated'),
  col('open', 'count', '未处理', 'Open'),
  { ...col('state', 'text', '状态', 'State'), words: documentStateWords },
]
