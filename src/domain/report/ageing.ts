// 库龄: how long the cards of every place have lain there, how long they are still good, and how long they will last.

import { sql } from 'kysely'
import type { Tx } from '../../kernel/db.ts'
import { addDays, dayOf, daysBetween, startOfDay } from '../business-day.ts'
import { type CardMap, createCardMap } from '../card-map.ts'
import { all } from '../listing/listing.ts'
import { quantityOf, type SerialRange } from '../range.ts'
import { visibleHolders } from '../visibility.ts'
import { type Flow, readFlows } from './flows.ts'
import {
  askedFaces,
  askedPlaces,
  col,
  numberOf,
  pair,
  type Report,
  type ReportRow,
  type ReportScope,
  sumRows,
} from './report.ts'

/** Days at the most, and the last for all that is older. */
const ages = [
  { key: 'age30', most: 30, title: '0–30' },
  { key: 'age90', most: 90, title: '31–90' },
  { key: 'age180', most: 180, title: '91–180' },
  { key: 'age365', most: 365, title: '181–365' },
  { key: 'age730', most: 730, title: '366–730' },
  { key: 'older', most: Number.POSITIVE_INFINITY, title: '>730' },
] as const

const salesDays = 30
const pageRows = 20_000

export const ageing: Report = {
  title: ['库龄', 'Ageing of stock'],
  by: ['arrival', 'stockIn'],
  async run(tx, scope) {
    const { question } = scope
    // Thirty days before the day asked for say how fast cards go; the flows also name the places and what they hold.
    const fromDay = addDays(question.toDay, 1 - salesDays)
    const flows = await readFlows(tx, { ...scope, from: startOfDay(fromDay) })
    const lots = await lotsAt(tx, scope)
    const rows = flows.flatMap(flow => {
      const own = lots.filter(lot => lot.holderId === flow.holderId && lot.faceValueFen === flow.faceValueFen)
      return own.length === 0 ? [] : [rowOf(flow, own)]
    })
    const keys = ['quantity', ...ages.map(({ key }) => key), 'dayCards'].flatMap(key => [key, `${key}Fen`])
    const sums = sumRows(rows, keys)
    const closing = flows.reduce((sum, flow) => sum + closingOf(flow), 0)
    const totals = { ...sums, place: '合计', averageDays: averageOf(sums), oldestDay: oldestOf(rows) }
    return {
      tables: [
        {
          name: 'ageing',
          title: ['库龄', 'Ageing of stock'],
          columns,
          rows,
          totals: rows.length === 0 ? null : totals,
        },
        await expiries(tx, scope),
      ],
      checks: [
        {
          name: 'cards',
          title: ['与期末结存核对', 'Against the closing stock'],
          difference: numberOf(sums.quantity) - closing,
        },
      ],
    }
  },
}

interface Lot {
  holderId: number
  faceValueFen: number
  quantity: number
  days: number
  since: string
}

interface Moved extends SerialRange {
  movementId: number
  at: Date
  holderId: number
  faceValueFen: number
  state: string
  kind: string
}

/** Cards that came to a holder together; those of them that were used are counted, not cut out. */
interface Arrival {
  holderId: number
  faceValueFen: number
  state: string
  since: string
  /** The day they were stocked in, whoever holds them. */
  born: string
  used: number
}
type Board = CardMap<Arrival>

/** Where every card lay at the end of the period and since when: the journal played again until then. */
async function lotsAt(tx: Tx, scope: ReportScope): Promise<Lot[]> {
  const { question } = scope
  const board: Board = createCardMap()
  await playJournal(tx, scope, board)
  for (const serial of await usedSerials(tx, scope)) {
    for (const { value } of board.read({ firstSerial: serial, lastSerial: serial })) value.used += 1
  }
  const lots = new Map<string, Lot>()
  const add = ({ holderId, faceValueFen, since: arrived, born }: Arrival, quantity: number) => {
    const since = question.by === 'stockIn' ? born : arrived
    const key = `${holderId} ${faceValueFen} ${since}`
    const days = daysBetween(since, question.toDay) - 1
    const lot = lots.get(key) ?? { holderId, faceValueFen, since, days, quantity: 0 }
    lots.set(key, { ...lot, quantity: lot.quantity + quantity })
  }
  const kept = board.all().filter(({ value }) => value.state !== 'void')
  for (const { value, ...range } of kept) add(value, quantityOf(range))
  for (const value of new Set(kept.map(stretch => stretch.value))) if (value.used > 0) add(value, -value.used)
  return [...lots.values()].filter(lot => lot.quantity > 0)
}

/** All but uses, which are single cards and the last thing that happens to one. */
async function playJournal(tx: Tx, { countyId, to }: ReportScope, board: Board): Promise<void> {
  for (let after = 0; ; ) {
    const { rows } = await sql<Moved>`
      select movement_id, at, to_holder_id as holder_id, face_value_fen, to_state as state, kind, first_serial, last_serial
      from movement where county_id = ${countyId} and movement_id > ${after} and at < ${to}::timestamptz
        and kind <> 'accept' and recharge_id is null
      order by movement_id limit ${pageRows}`.execute(tx)
    for (const moved of rows) play(board, moved)
    const last = rows.at(-1)
    if (!last || rows.length < pageRows) return
    after = last.movementId
  }
}

async function usedSerials(tx: Tx, { countyId, to }: ReportScope): Promise<number[]> {
  const { rows } = await sql<{ serials: number[] }>`
    select coalesce(jsonb_agg(first_serial), '[]') as serials from movement_now
    where county_id = ${countyId} and kind = 'recharge' and at < ${to}::timestamptz`.execute(tx)
  return rows[0]?.serials ?? []
}

function play(board: Board, { at, holderId, faceValueFen, state, kind, firstSerial, lastSerial }: Moved): void {
  const since = dayOf(at)
  const here = { holderId, faceValueFen, state, since, used: 0 }
  if (kind === 'stockIn') board.replace({ firstSerial, lastSerial }, { ...here, born: since })
  else {
    for (const { value, ...range } of board.read({ firstSerial, lastSerial })) {
      board.replace(range, { ...here, born: value.born })
    }
  }
}

function rowOf(flow: Flow, lots: readonly Lot[]): ReportRow {
  const count = (fits: (days: number) => boolean) =>
    lots.filter(lot => fits(lot.days)).reduce((sum, lot) => sum + lot.quantity, 0)
  let least = Number.NEGATIVE_INFINITY
  const buckets = ages.map(({ key, most }) => {
    const above = least
    least = most
    return [key, count(days => days > above && days <= most)] as const
  })
  const quantity = count(() => true)
  const dayCards = lots.reduce((sum, lot) => sum + lot.days * lot.quantity, 0)
  const face = flow.faceValueFen
  return {
    holderId: flow.holderId,
    place: flow.name,
    faceValueFen: face,
    quantity,
    quantityFen: quantity * face,
    ...Object.fromEntries(
      buckets.flatMap(([key, cards]) => [
        [key, cards],
        [`${key}Fen`, cards * face],
      ]),
    ),
    dayCards,
    averageDays: averageOf({ dayCards, quantity }),
    oldestDay: lots.reduce((oldest, lot) => (lot.since < oldest ? lot.since : oldest), '9999-12-31'),
    sellableDays: sellableDays(flow, quantity),
  }
}

/** 可售天数 = stock ÷ average net sales a day of the last thirty; blank where nothing is sold. */
function sellableDays({ kind, incoming, outgoing }: Flow, quantity: number): number | null {
  const net = {
    county: (outgoing.draw ?? 0) - (incoming.stationReturn ?? 0),
    station: (outgoing.purchase ?? 0) - (incoming.sellerReturn ?? 0),
    seller: outgoing.sale ?? 0,
    hall: outgoing.sale ?? 0,
    customer: 0,
    account: 0,
    custody: 0,
  }[kind]
  return net > 0 ? Math.floor((quantity * salesDays) / net) : null
}

const closingOf = ({ opening, incoming, outgoing }: Flow) =>
  [...Object.values(incoming)].reduce((a, b) => a + b, opening) - Object.values(outgoing).reduce((a, b) => a + b, 0)

function averageOf({ dayCards, quantity }: ReportRow): number | null {
  return numberOf(quantity) === 0 ? null : Math.round((numberOf(dayCards) / numberOf(quantity)) * 10) / 10
}

function oldestOf(rows: readonly ReportRow[]): string | null {
  const days = rows.flatMap(row => (typeof row.oldestDay === 'string' ? [row.oldestDay] : []))
  return days.sort()[0] ?? null
}

const columns = [
  col('place', 'text', '地点', 'Place'),
  col('faceValueFen', 'fen', '面值（元）', 'Face value (yuan)'),
  ...pair('quantity', '库存', 'Stock'),
  ...ages.flatMap(({ key, title }) => pair(key, `${title} 天`, `${title} days`)),
  col('averageDays', 'number', '平均库龄（天）', 'Average days'),
  col('oldestDay', 'date', '最老日期', 'Oldest'),
  col('sellableDays', 'count', '可售天数', 'Days it lasts'),
]

const expiryKeys = ['gone', 'in90', 'in180', 'in365', 'later'] as const

/** 到期: as the cards are now, since an extension changes their date and not their history. */
async function expiries(tx: Tx, scope: ReportScope) {
  const today = dayOf(scope.now)
  const { rows } = await sql<ReportRow & { faceValueFen: number }>`
    with cards as (
      select h.holder_id, h.name as place, r.face_value_fen, r.expires_on - ${today}::date as days,
        r.last_serial - r.first_serial + 1 - (select count(*) from card_use u where u.county_id = r.county_id
          and u.serial between r.first_serial and r.last_serial and u.stamped_at is not null) as quantity
      from card_range r join holder h on h.county_id = r.county_id and h.holder_id = r.holder_id
      where ${all(sql`r.county_id = ${scope.countyId} and r.state <> 'void'`, visibleHolders(scope.actor), askedPlaces(scope), askedFaces(scope, sql`r.face_value_fen`))}
    )
    select holder_id, place, face_value_fen, coalesce(sum(quantity) filter (where days < 0), 0)::int as gone,
      coalesce(sum(quantity) filter (where days between 0 and 90), 0)::int as in90,
      coalesce(sum(quantity) filter (where days between 91 and 180), 0)::int as in180,
      coalesce(sum(quantity) filter (where days between 181 and 365), 0)::int as in365,
      coalesce(sum(quantity) filter (where days > 365), 0)::int as later
    from cards group by 1, 2, 3 having sum(quantity) > 0 order by 1, 3`.execute(tx)
  const paired = rows.map(row => ({
    ...row,
    ...Object.fromEntries(expiryKeys.map(key => [`${key}Fen`, numberOf(row[key]) * row.faceValueFen])),
  }))
  return {
    name: 'expiry',
    title: ['到期', 'Expiry'] as const,
    columns: [
      col('place', 'text', '地点', 'Place'),
      col('faceValueFen', 'fen', '面值（元）', 'Face value (yuan)'),
      ...pair('gone', '已过期', 'Expired'),
      ...pair('in90', '≤90 天', 'Within 90 days'),
      ...pair('in180', '≤180 天', 'Within 180 days'),
      ...pair('in365', '≤365 天', 'Within 365 days'),
      ...pair('later', '>365 天', 'Later'),
    ],
    rows: paired,
    totals:
      paired.length === 0
        ? null
        : {
            place: '合计',
            ...sumRows(
              paired,
              expiryKeys.flatMap(key => [key, `${key}Fen`]),
            ),
          },
  }
}
