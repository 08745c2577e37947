// 呼叫漏斗: how far calls came on the way to a recharge, where they left, why, and how long each step took.
//
// Every step of a call's transcript becomes one letter (the table below); a call then is a word, and each step of the
// funnel the next place in that word where its letter stands. So no call is read into memory, and what a letter means
// stands in one place.

import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../kernel/db.ts'
import { col, groupBy, type Report, type ReportRow, type ReportScope, rate } from './report.ts'

/** What a step of the transcript means, the first that fits; texts are those the dialogues write, in both languages. */
const letters = [
  ['1', `kind = 'key' and text = '1'`],
  ['0', `kind = 'key' and text = '0'`],
  ['S', `kind = 'entry' and text ~ '^\\d{4}\\*{4}\\d{4}$'`],
  ['P', `kind = 'answer' and text = 'card.check ok'`],
  ['L', `kind = 'answer' and text ~ '^card.check (callerLocked|withheldClosed|cardLocked)$'`],
  ['A', `kind = 'answer' and text ~ '^billing.findAccount (found|unavailable)$'`],
  ['X', `kind = 'answer' and text ~ '^recharge.accept \\d{24}$'`],
  ['W', `kind = 'answer' and text ~ '^recharge.post succeeded'`],
  ['R', `kind = 'say' and text ~ '(确认充值，请按|To confirm, press)'`],
  ['G', `kind = 'say' and text ~ '(几次输入都没有成功|sorry that it did not work)'`],
  ['E', `kind = 'say' and text ~ '(系统出了故障|something went wrong here)'`],
  ['n', `kind = 'system' and text = 'no key'`],
  ['s', `kind = 'say'`],
] as const

/** The steps after the call has come in, each with the letter that passes it. 听到核对 is passed by the read-back itself. */
const steps = [
  { letter: 's', zh: '接通', en: 'Connected' },
  { letter: '1', zh: '选“充值”', en: 'Chose recharge' },
  { letter: 'S', zh: '卡号完成', en: 'Serial entered' },
  { letter: 'P', zh: '密码完成', en: 'PIN entered' },
  { letter: 'A', zh: '户号完成', en: 'Account entered' },
  { letter: 'R', zh: '听到核对', en: 'Heard the read-back' },
  { letter: '1', zh: '确认', en: 'Confirmed' },
  { letter: 'X', zh: '受理', en: 'Accepted' },
  { letter: 'W', zh: '播报成功', en: 'Told of success' },
] as const

const reasons = ['hangUp', 'timeout', 'threeTries', 'locked', 'operator', 'system'] as const

const groups: Record<string, RawBuilder<unknown>> = {
  all: sql`''`,
  language: sql`c.language`,
  trunk: sql`c.trunk`,
  hour: sql`to_char(c.started_at at time zone 'Asia/Shanghai', 'HH24')`,
}

interface Found {
  group: string
  /** Steps passed: 0 of a call that was never connected. */
  passed: number
  reason: (typeof reasons)[number]
  calls: number
  /** Sum over the calls of the seconds in each step that they passed. */
  seconds: number[]
}

export const callFunnel: Report = {
  title: ['呼叫漏斗', 'Call funnel'],
  by: Object.keys(groups),
  countyOnly: true,
  async run(tx, scope) {
    const found = await read(tx, scope)
    const rows = [...groupBy(found, row => row.group)].flatMap(([group, ofGroup]) => funnelOf(group, ofGroup))
    const calls = found.reduce((sum, row) => sum + row.calls, 0)
    const counted = await countCalls(tx, scope)
    return {
      tables: [{ name: 'funnel', title: ['呼叫漏斗', 'Call funnel'], columns, rows, totals: null }],
      checks: [{ name: 'calls', title: ['与呼叫记录核对', 'Against the calls'], difference: calls - counted }],
    }
  },
}

async function read(tx: Tx, scope: ReportScope): Promise<Found[]> {
  const { countyId, from, to, question } = scope
  const code = letters.map(([letter, pattern]) => sql`when ${sql.raw(pattern)} then ${letter}`)
  // Each place is looked for after the one before it; where one is missing, all that follow are. `offset 0` keeps the
  // planner from writing each place out in the next, which would double the work nine times over.
  const places = steps.map(({ letter }, n) => {
    const before = n === 0 ? sql`0` : sql.ref(`p${n - 1}.at`)
    return sql`cross join lateral (
      select case when strpos(substr(w.word, ${before} + 1), ${letter}) > 0 and ${n === 0 ? sql`true` : sql`${before} > 0`}
        then ${before} + strpos(substr(w.word, ${before} + 1), ${letter}) else 0 end as at offset 0) ${sql.ref(`p${n}`)}`
  })
  const passed = sql.join(
    steps.map((_, n) => sql`(${sql.ref(`p${n}.at`)} > 0)::int`),
    sql` + `,
  )
  const last = sql`greatest(${sql.join(steps.map((_, n) => sql.ref(`p${n}.at`)))})`
  const times = steps.map((_, n) => {
    const begun = n === 0 ? sql`c.started_at` : sql`w.times[${sql.ref(`p${n - 1}.at`)}]`
    return sql`sum(case when ${sql.ref(`p${n}.at`)} > 0 then extract(epoch from w.times[${sql.ref(`p${n}.at`)}] - ${begun}) else 0 end)::float8`
  })
  const tail = sql`substr(coalesce(w.word, ''), ${last} + 1)`
  const { rows } = await sql<Found>`
    select ${groups[question.by ?? 'all'] ?? sql`''`} as "group", ${passed} as passed,
      case when ${tail} like '%L%' then 'locked' when ${tail} ~ 'n[s]*G' then 'timeout' when ${tail} like '%G%' then 'threeTries'
        when ${tail} like '%0%' then 'operator'
        when ${tail} like '%E%' or c.outcome = 'system.error' or c.release_cause in ('network', 'overload', 'shutdown') then 'system'
        else 'hangUp' end as reason,
      count(*)::int as calls, array[${sql.join(times)}] as seconds
    from call c
    left join (
      select county_id, call_id, string_agg(case ${sql.join(code, sql` `)} else '.' end, '' order by step_no) as word,
        array_agg(at order by step_no) as times
      from call_step where county_id = ${countyId} and call_id in (
        select call_id from call where county_id = ${countyId} and started_at >= ${from}::timestamptz and started_at < ${to}::timestamptz)
      group by 1, 2) w using (county_id, call_id)
    ${sql.join(places, sql` `)}
    where c.county_id = ${countyId} and c.started_at >= ${from}::timestamptz and c.started_at < ${to}::timestamptz
    group by 1, 2, 3 order by 1, 2`.execute(tx)
  return rows
}

function funnelOf(group: string, found: readonly Found[]): ReportRow[] {
  const came = (step: number) => found.filter(row => row.passed >= step).reduce((sum, row) => sum + row.calls, 0)
  const connected = came(1)
  const all = { zh: '来电', en: 'Called' }
  return [all, ...steps].map(({ zh }, n) => {
    // 来电 is passed by coming in; step n of the table by what its letter says.
    const entered = n === 0 ? came(0) : came(n - 1)
    const passed = came(n)
    const leavers = n === 0 ? [] : found.filter(row => row.passed === n - 1)
    const left = reasons.map(reason => [
      reason,
      leavers.filter(row => row.reason === reason).reduce((sum, row) => sum + row.calls, 0),
    ])
    const seconds = found.reduce((sum, row) => sum + (n === 0 || row.passed < n ? 0 : (row.seconds[n - 1] ?? 0)), 0)
    return {
      group,
      stepNo: n + 1,
      step: zh,
      entered,
      passed,
      stepRate: rate(passed, entered),
      overallRate: n === 0 ? null : rate(passed, connected),
      left: entered - passed,
      ...Object.fromEntries(left),
      averageSeconds: n === 0 || passed === 0 ? null : Math.round((seconds / passed) * 10) / 10,
    }
  })
}

async function countCalls(tx: Tx, { countyId, from, to }: ReportScope): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as "count" from call
    where county_id = ${countyId} and started_at >= ${from}::timestamptz and started_at < ${to}::timestamptz`.execute(
    tx,
  )
  return rows[0]?.count ?? 0
}

const columns = [
  col('group', 'text', '分组', 'Group'),
  col('step', 'text', '步骤', 'Step'),
  col('entered', 'count', '进入', 'Entered'),
  col('passed', 'count', '通过', 'Passed'),
  col('stepRate', 'rate', '步转化', 'Of those who entered'),
  col('overallRate', 'rate', '累计转化', 'Of those connected'),
  col('left', 'count', '离开', 'Left'),
  col('hangUp', 'count', '挂机', 'Hung up'),
  col('timeout', 'count', '超时', 'Timed out'),
  col('threeTries', 'count', '三次错', 'Three tries'),
  col('locked', 'count', '锁定', 'Locked'),
  col('operator', 'count', '转人工', 'To the operator'),
  col('system', 'count', '系统', 'System'),
  col('averageSeconds', 'number', '平均停留（秒）', 'Average seconds'),
]
