// 充值: by hour, day, month, face value, region, channel or seller, with how long postings took, and when people recharge.

import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../kernel/db.ts'
import { all } from '../listing/listing.ts'
import { channelWords } from '../listing/words.ts'
import { visibleHolders } from '../visibility.ts'
import { askedFaces, askedPlaces, col, type Report, type ReportRow, type ReportScope, rate } from './report.ts'

const local = sql`(r.accepted_at at time zone 'Asia/Shanghai')`

/** What rows stand for: the key they are told apart and sorted by, and its name. */
const keys: Record<string, { key: RawBuilder<unknown>; name: RawBuilder<unknown> }> = {
  day: { key: sql`to_char(${local}, 'YYYY-MM-DD')`, name: sql`null::text` },
  hour: { key: sql`to_char(${local}, 'HH24')`, name: sql`null::text` },
  month: { key: sql`to_char(${local}, 'YYYY-MM')`, name: sql`null::text` },
  face: { key: sql`lpad(r.face_value_fen::text, 9, '0')`, name: sql`trim_scale(r.face_value_fen / 100.0)::text` },
  region: { key: sql`coalesce(p.code, h.code)`, name: sql`coalesce(p.name, h.name)` },
  channel: { key: sql`r.channel`, name: sql`null::text` },
  seller: { key: sql`h.code`, name: sql`h.name` },
}

interface Found {
  key: string | null
  name: string | null
  isTotal: boolean
  [figure: string]: string | number | boolean | null
}

const states = [
  ['succeeded', '成功', 'Succeeded'],
  ['failed', '失败', 'Failed'],
  ['doubtful', '可疑', 'Doubtful'],
  ['initial', '待记账', 'To be posted'],
] as const

export const recharges: Report = {
  title: ['充值', 'Recharges'],
  by: Object.keys(keys),
  async run(tx, scope) {
    const found = await figures(tx, scope)
    const rows = found.filter(row => !row.isTotal).map(rowOf)
    const total = found.find(row => row.isTotal)
    const stamped = await stampedOf(tx, scope)
    const used = Number(total?.usedCount ?? 0)
    return {
      tables: [
        { name: 'recharges', title: ['充值', 'Recharges'], columns, rows, totals: total ? rowOf(total) : null },
        await heatMap(tx, scope),
      ],
      checks: [{ name: 'cards', title: ['与卡数核对', 'Against the count of cards'], difference: used - stamped }],
    }
  },
}

const condition = (scope: ReportScope) =>
  all(
    sql`r.county_id = ${scope.countyId} and r.accepted_at >= ${scope.from}::timestamptz and r.accepted_at < ${scope.to}::timestamptz`,
    visibleHolders(scope.actor),
    askedPlaces(scope),
    askedFaces(scope, sql`r.face_value_fen`),
  )

const source = sql`
  from recharge_of_seller r
  join holder h on h.county_id = r.county_id and h.holder_id = r.seller_id
  left join holder p on p.county_id = h.county_id and p.holder_id = h.parent_id`

async function figures(tx: Tx, scope: ReportScope): Promise<Found[]> {
  const { key, name } = keys[scope.question.by ?? 'day'] ?? { key: sql`''`, name: sql`''` }
  const counts = states.map(
    ([state]) => sql`count(*) filter (where state = ${state})::int as ${sql.ref(`${state}Count`)},
      coalesce(sum(face_value_fen) filter (where state = ${state}), 0)::bigint as ${sql.ref(`${state}Fen`)}`,
  )
  const { rows } = await sql<Found>`
    with found as (
      select ${key} as key, ${name} as name, r.face_value_fen, r.account_no, e.state, e.used,
        extract(epoch from e.at - r.accepted_at)::float8 as seconds
      ${source}
      cross join lateral (
        select x.state, x.at, (x.state = 'succeeded' or exists (select from recharge_event o
          where o.county_id = x.county_id and o.recharge_id = x.recharge_id and o.owed)) as used
        from recharge_event x where x.county_id = r.county_id and x.recharge_id = r.recharge_id
        order by x.event_no desc limit 1) e
      where ${condition(scope)}
    )
    select key, min(name) as name, grouping(key) = 1 as is_total, count(*)::int as accepted_count,
      coalesce(sum(face_value_fen), 0)::bigint as accepted_fen, ${sql.join(counts)},
      count(*) filter (where used)::int as used_count, count(distinct account_no)::int as accounts,
      percentile_cont(0.5) within group (order by seconds) filter (where state = 'succeeded') as median_seconds,
      percentile_cont(0.95) within group (order by seconds) filter (where state = 'succeeded') as p95_seconds
    from found group by grouping sets ((key), ()) order by 3, 1`.execute(tx)
  return rows
}

const tenths = (value: unknown) => (typeof value === 'number' ? Math.round(value * 10) / 10 : null)

function rowOf({ key, name, isTotal, ...found }: Found): ReportRow {
  const count = (figure: string) => Number(found[figure] ?? 0)
  const counted = ['accepted', ...states.map(([state]) => state)].flatMap(state => [
    [`${state}Count`, count(`${state}Count`)],
    [`${state}Fen`, count(`${state}Fen`)],
  ])
  const succeeded = count('succeededCount')
  // Reversals (冲正) are documents of their own; until there are any, nothing is reversed and net is what succeeded.
  return {
    level: isTotal ? 'total' : 'row',
    key: isTotal ? '合计' : (name ?? channelWords[key ?? '']?.[0] ?? key),
    ...Object.fromEntries(counted),
    successRate: rate(succeeded, succeeded + count('failedCount')),
    averageFen: succeeded === 0 ? null : Math.round(count('succeededFen') / succeeded),
    accounts: count('accounts'),
    medianSeconds: tenths(found.medianSeconds),
    p95Seconds: tenths(found.p95Seconds),
    reversedFen: 0,
    netFen: count('succeededFen'),
  }
}

const columns = [
  col('key', 'text', '项目', 'Item'),
  col('acceptedCount', 'count', '受理 笔', 'Accepted'),
  col('acceptedFen', 'fen', '受理（元）', 'Accepted (yuan)'),
  ...states.flatMap(([state, zh, en]) => [
    col(`${state}Count`, 'count', `${zh} 笔`, en),
    col(`${state}Fen`, 'fen', `${zh}（元）`, `${en} (yuan)`),
  ]),
  col('successRate', 'rate', '成功率', 'Success rate'),
  col('averageFen', 'fen', '笔均（元）', 'Average (yuan)'),
  col('accounts', 'count', '户数', 'Accounts'),
  col('medianSeconds', 'number', '记账时延中位（秒）', 'Median delay (s)'),
  col('p95Seconds', 'number', '记账时延95%（秒）', '95% delay (s)'),
  col('reversedFen', 'fen', '已冲正（元）', 'Reversed (yuan)'),
  col('netFen', 'fen', '净额（元）', 'Net (yuan)'),
]

/** Cards that were used by the recharges of the period, counted at the cards. */
async function stampedOf(tx: Tx, scope: ReportScope): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as "count" ${source}
    join card_use u on u.county_id = r.county_id and u.recharge_id = r.recharge_id and u.stamped_at is not null
    where ${condition(scope)}`.execute(tx)
  return rows[0]?.count ?? 0
}

const weekdays = ['周一', '周二', '周三', '周四', '周五', '周六', '周日']
const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))

/** 星期 × 小时: recharges accepted. */
async function heatMap(tx: Tx, scope: ReportScope) {
  const { rows } = await sql<{ weekday: number; hour: number; count: number }>`
    select extract(isodow from ${local})::int as weekday, extract(hour from ${local})::int as hour, count(*)::int as "count"
    ${source} where ${condition(scope)} group by 1, 2`.execute(tx)
  const cells = weekdays.map((weekday, place): ReportRow => {
    const ofDay = rows.filter(row => row.weekday === place + 1)
    const counts = hours.map((hour, n) => [`h${hour}`, ofDay.find(row => row.hour === n)?.count ?? 0])
    return { weekday, ...Object.fromEntries(counts) }
  })
  return {
    name: 'heatMap',
    title: ['星期×小时', 'Weekday by hour'] as const,
    columns: [
      col('weekday', 'text', '星期', 'Weekday'),
      ...hours.map(hour => col(`h${hour}`, 'count', `${hour}时`, `${hour}h`)),
    ],
    rows: cells,
    totals: null,
  }
}
