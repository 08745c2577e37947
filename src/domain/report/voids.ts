// 作废: cards voided by reason, place, face value and batch, where they lie, and how long it took.

import { sql } from 'kysely'
import type { Tx } from '../../kernel/db.ts'
import type { Words } from '../listing/columns.ts'
import { all } from '../listing/listing.ts'
import { visibleHolders } from '../visibility.ts'
import { readFlows } from './flows.ts'
import {
  askedFaces,
  askedPlaces,
  col,
  numberOf,
  pair,
  type Report,
  type ReportRow,
  type ReportScope,
  rate,
  sumRows,
} from './report.ts'

const reasonWords: Readonly<Record<string, Words>> = {
  printDefect: ['印刷缺陷', 'printing defect'],
  pinLayerDamaged: ['密码层破损', 'PIN layer damaged'],
  soiled: ['污损', 'soiled'],
  lost: ['丢失', 'lost'],
  stolen: ['被盗', 'stolen'],
  stocktakeShort: ['盘亏', 'stocktake short'],
  inspectionFailed: ['检验不合格', 'failed inspection'],
  expired: ['到期', 'expired'],
  other: ['其他', 'other'],
  exchanged: ['换卡', 'exchanged'],
  lostOnTheRoad: ['在途丢失', 'lost on the road'],
}

export const voids: Report = {
  title: ['作废', 'Voids'],
  async run(tx, scope) {
    const found = await read(tx, scope)
    const whole = found.reduce((sum, row) => sum + numberOf(row.quantity), 0)
    const handled = await handledOf(tx, scope)
    const rows = found.map(row => ({
      ...row,
      share: rate(numberOf(row.quantity), whole),
      rateOfBatch: rate(numberOf(row.quantity), numberOf(row.stockedIn)),
      rateOfPlace: rate(numberOf(row.quantity), handled.get(`${row.holderId} ${row.faceValueFen}`) ?? 0),
    }))
    const keys = ['quantity', 'amountFen', 'physical', 'notPhysical', 'kept', 'destroyed']
    return {
      tables: [
        {
          name: 'voids',
          title: ['作废', 'Voids'],
          columns,
          rows,
          totals: rows.length === 0 ? null : { reason: '合计', ...sumRows(rows, keys), share: 1 },
        },
      ],
      checks: [
        {
          name: 'journal',
          title: ['与业务明细核对', 'Against the journal'],
          difference: whole - (await journalOf(tx, scope)),
        },
      ],
    }
  },
}

const condition = (scope: ReportScope) =>
  all(
    sql`m.county_id = ${scope.countyId} and m.kind = 'void' and m.at >= ${scope.from}::timestamptz and m.at < ${scope.to}::timestamptz`,
    visibleHolders(scope.actor),
    askedPlaces(scope),
    askedFaces(scope, sql`m.face_value_fen`),
  )
const place = sql`join holder h on h.county_id = m.county_id and h.holder_id = m.from_holder_id`

/** A document that is no 作废单 voids for what it is: an exchange, or cards lost on the road. */
async function read(tx: Tx, scope: ReportScope): Promise<ReportRow[]> {
  const { rows } = await sql<ReportRow>`
    with voided as (
      select case d.kind when 'KF' then 'exchanged' when 'CK' then 'lostOnTheRoad' else coalesce(d.body->>'reason', 'other') end as reason,
        h.holder_id, h.name as place, m.face_value_fen, m.batch_id, m.quantity, c.kept, c.destroyed,
        extract(epoch from m.at - coalesce(d.submitted_at, d.created_at)) / 86400 as days
      from movement m
      join document d on d.county_id = m.county_id and d.document_id = m.document_id
      ${place}
      cross join lateral (
        select coalesce(sum(cards) filter (where destroyed_at is null), 0)::int as kept,
          coalesce(sum(cards) filter (where destroyed_at is not null), 0)::int as destroyed
        from (select x.destroyed_at, least(x.last_serial, m.last_serial) - greatest(x.first_serial, m.first_serial) + 1 as cards
          from custody x where x.county_id = m.county_id and x.source = 'void'
            and int8range(x.first_serial, x.last_serial, '[]') && int8range(m.first_serial, m.last_serial, '[]')) o) c
      where ${condition(scope)}
    )
    select v.reason, v.holder_id, v.place, v.face_value_fen, v.batch_id, b.document_no as batch_no,
      sum(v.quantity)::int as quantity, sum(v.quantity)::bigint * v.face_value_fen as amount_fen,
      sum(v.kept + v.destroyed)::int as physical, sum(v.quantity - v.kept - v.destroyed)::int as not_physical,
      sum(v.kept)::int as kept, sum(v.destroyed)::int as destroyed,
      round(sum(v.days * v.quantity) / sum(v.quantity), 1)::float8 as average_days,
      (select sum(s.quantity)::int from movement s where s.county_id = ${scope.countyId} and s.batch_id = v.batch_id and s.kind = 'stockIn') as stocked_in
    from voided v join document b on b.county_id = ${scope.countyId} and b.document_id = v.batch_id
    group by v.reason, v.holder_id, v.place, v.face_value_fen, v.batch_id, b.document_no
    order by v.reason, v.place, v.face_value_fen, b.document_no`.execute(tx)
  return rows
}

/** 期初 + 收入 of each place and face value. */
async function handledOf(tx: Tx, scope: ReportScope): Promise<Map<string, number>> {
  const flows = await readFlows(tx, scope)
  return new Map(
    flows.map(({ holderId, faceValueFen, opening, incoming }) => [
      `${holderId} ${faceValueFen}`,
      Object.values(incoming).reduce((a, b) => a + b, opening),
    ]),
  )
}

async function journalOf(tx: Tx, scope: ReportScope): Promise<number> {
  const { rows } = await sql<{ cards: number }>`
    select coalesce(sum(m.quantity), 0)::int as cards from movement m ${place} where ${condition(scope)}`.execute(tx)
  return rows[0]?.cards ?? 0
}

const columns = [
  { ...col('reason', 'text', '原因', 'Reason'), words: reasonWords },
  col('place', 'text', '地点', 'Place'),
  col('faceValueFen', 'fen', '面值（元）', 'Face value (yuan)'),
  col('batchNo', 'text', '批次', 'Batch'),
  ...pair('quantity', '作废', 'Voided').slice(0, 1),
  col('amountFen', 'fen', '金额（元）', 'Amount (yuan)'),
  col('share', 'rate', '占比', 'Share'),
  col('rateOfBatch', 'rate', '作废率（批次）', 'Rate of the batch'),
  col('rateOfPlace', 'rate', '作废率（地点）', 'Rate of the place'),
  col('physical', 'count', '有实物', 'With the card'),
  col('notPhysical', 'count', '无实物', 'Without the card'),
  col('kept', 'count', '在库保管', 'In custody'),
  col('destroyed', 'count', '已销毁', 'Destroyed'),
  col('averageDays', 'number', '平均处理天数', 'Average days'),
]
