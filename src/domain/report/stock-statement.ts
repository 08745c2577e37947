// 进销存: opening, in, out and closing by place and face value, from the journal, with the proof that it adds up.

import type { HolderKind } from '../card.ts'
import type { Words } from '../listing/columns.ts'
import { type Counted, countCards, type Flow, inTransitAt, readFlows } from './flows.ts'
import {
  col,
  groupBy,
  numberOf,
  pair,
  type Report,
  type ReportCheck,
  type ReportRow,
  type ReportTable,
  sumRows,
} from './report.ts'

/** Columns in and out: which movement each kind of place knows it by; for all others it is blank. */
const parts: readonly Part[] = [
  { key: 'stockedIn', side: 'in', title: ['制卡入库', 'Stocked in'], kinds: { county: 'stockIn' } },
  { key: 'drawnIn', side: 'in', title: ['领入', 'Drawn'], kinds: { station: 'draw' } },
  { key: 'returnedIn', side: 'in', title: ['返入', 'Returned by stations'], kinds: { county: 'stationReturn' } },
  {
    key: 'purchasedIn',
    side: 'in',
    title: ['购入', 'Purchased'],
    kinds: { seller: 'purchase', hall: 'purchase', customer: 'sale' },
  },
  { key: 'sellerReturnedIn', side: 'in', title: ['退入', 'Returned by sellers'], kinds: { station: 'sellerReturn' } },
  { key: 'drawnOut', side: 'out', title: ['领出', 'Issued to stations'], kinds: { county: 'draw' } },
  { key: 'returnedOut', side: 'out', title: ['返出', 'Returned to the county'], kinds: { station: 'stationReturn' } },
  {
    key: 'soldOut',
    side: 'out',
    title: ['售出', 'Sold'],
    kinds: { station: 'purchase', seller: 'sale', hall: 'sale' },
  },
  {
    key: 'sellerReturnedOut',
    side: 'out',
    title: ['退出', 'Returned to the station'],
    kinds: { seller: 'sellerReturn', hall: 'sellerReturn' },
  },
  { key: 'recharged', side: 'out', title: ['充值', 'Recharged'], kinds: { customer: 'recharge' } },
  {
    key: 'voided',
    side: 'out',
    title: ['作废', 'Voided'],
    kinds: { county: 'void', station: 'void', seller: 'void', hall: 'void', customer: 'void' },
  },
]

interface Part {
  key: string
  side: 'in' | 'out'
  title: Words
  kinds: Partial<Record<HolderKind, string>>
}

const incoming = parts.filter(part => part.side === 'in')
const outgoing = parts.filter(part => part.side === 'out')

/** Figures that are added up, in the order of the columns. */
const figures: readonly Pick<Part, 'key' | 'title'>[] = [
  { key: 'opening', title: ['期初', 'Opening'] },
  ...incoming,
  { key: 'totalIn', title: ['收入合计', 'Total in'] },
  ...outgoing,
  { key: 'totalOut', title: ['发出合计', 'Total out'] },
  { key: 'closing', title: ['期末', 'Closing'] },
  { key: 'inTransit', title: ['其中在途', 'of it in transit'] },
  { key: 'frozen', title: ['其中冻结', 'of it frozen'] },
]
const summed = [...figures.flatMap(({ key }) => [key, `${key}Fen`]), 'check']

const sellers = ['seller', 'hall']

/** What leaves one kind of place comes to another: 轧平. The last says whether both sides lie within one station. */
const pairs: readonly { zh: string; out: Side; into: Side; withinStation: boolean }[] = [
  { zh: '领出 = 领入', out: ['drawnOut', ['county']], into: ['drawnIn', ['station']], withinStation: false },
  { zh: '返出 = 返入', out: ['returnedOut', ['station']], into: ['returnedIn', ['county']], withinStation: false },
  { zh: '所售出 = 员购入', out: ['soldOut', ['station']], into: ['purchasedIn', sellers], withinStation: true },
  {
    zh: '员退出 = 所退入',
    out: ['sellerReturnedOut', sellers],
    into: ['sellerReturnedIn', ['station']],
    withinStation: true,
  },
  { zh: '员售出 = 客户购入', out: ['soldOut', sellers], into: ['purchasedIn', ['customer']], withinStation: false },
]
type Side = readonly [key: string, placeKinds: readonly string[]]

export const stockStatement: Report = {
  title: ['进销存', 'Stock statement'],
  async run(tx, scope) {
    const { countyId, to, now, question } = scope
    const flows = await readFlows(tx, scope)
    const counted = byKey(await countCards(tx, countyId))
    const isCurrent = to > now
    const transit = isCurrent ? counted : byKey(await inTransitAt(tx, countyId, to))
    const rows = flows.map(flow => rowOf(flow, counted, transit, isCurrent))
    const totals = { ...sumRows(rows, summed), level: 'total', place: '全县', holderId: null, faceValueFen: null }
    const whole = question.holderIds === undefined && scope.actor.role !== 'stationCardAdmin'
    return {
      tables: [statement(rows, whole ? totals : { ...totals, place: '合计' }), balance(rows, whole)],
      checks: checksOf(rows, totals, whole),
    }
  },
}

const keyOf = (holderId: number, faceValueFen: number) => `${holderId} ${faceValueFen}`
const byKey = (rows: readonly Counted[]) => new Map(rows.map(row => [keyOf(row.holderId, row.faceValueFen), row]))

function rowOf(
  flow: Flow,
  counted: ReadonlyMap<string, Counted>,
  transit: ReadonlyMap<string, Counted>,
  isCurrent: boolean,
): ReportRow {
  const key = keyOf(flow.holderId, flow.faceValueFen)
  const part = ({ side, kinds }: Part) => {
    const kind = kinds[flow.kind]
    return kind === undefined ? null : ((side === 'in' ? flow.incoming : flow.outgoing)[kind] ?? 0)
  }
  const cells: ReportRow = { opening: flow.opening }
  for (const one of parts) cells[one.key] = part(one)
  const total = (list: readonly { key: string }[]) => list.reduce((sum, one) => sum + numberOf(cells[one.key]), 0)
  cells.totalIn = total(incoming)
  cells.totalOut = total(outgoing)
  const closing = flow.opening + cells.totalIn - cells.totalOut
  cells.closing = closing
  cells.inTransit = flow.kind === 'station' ? (transit.get(key)?.inTransit ?? 0) : null
  // What was frozen on an earlier day is not kept: freezes are a condition of now.
  cells.frozen = isCurrent ? (counted.get(key)?.frozen ?? 0) : null
  const amounts = Object.entries(cells).map(([name, cell]) => [
    `${name}Fen`,
    typeof cell === 'number' ? cell * flow.faceValueFen : null,
  ])
  return {
    level: 'face',
    holderId: flow.holderId,
    place: flow.name,
    placeKind: flow.kind,
    parentId: flow.parentId,
    faceValueFen: flow.faceValueFen,
    ...cells,
    ...Object.fromEntries(amounts),
    check: closing + flow.later - (counted.get(key)?.quantity ?? 0),
  }
}

const columns = [
  col('place', 'text', '地点', 'Place'),
  col('faceValueFen', 'fen', '面值（元）', 'Face value (yuan)'),
  ...figures.flatMap(({ key, title: [zh, en] }) => pair(key, zh, en)),
  col('check', 'count', '核对（差）', 'Check (difference)'),
]

/** The rows of each place, followed by its subtotal. */
function statement(rows: readonly ReportRow[], totals: ReportRow): ReportTable {
  const places = [...groupBy(rows, row => row.holderId).values()]
  const withSubtotals = places.flatMap(place => {
    const [{ holderId = null, place: name = null, placeKind = null, parentId = null } = {}] = place
    const subtotal = {
      ...sumRows(place, summed),
      level: 'place',
      holderId,
      place: name,
      placeKind,
      parentId,
      faceValueFen: null,
    }
    return [...place, subtotal]
  })
  return { name: 'statement', title: ['进销存', 'Stock statement'], columns, rows: withSubtotals, totals }
}

function balance(rows: readonly ReportRow[], whole: boolean): ReportTable {
  const side = ([key, kinds]: Side) =>
    rows.filter(row => kinds.some(kind => kind === row.placeKind)).reduce((sum, row) => sum + numberOf(row[key]), 0)
  const lines = pairs
    .filter(({ withinStation }) => whole || withinStation)
    .map(({ zh, out, into }) => ({ line: zh, out: side(out), in: side(into), difference: side(out) - side(into) }))
  return {
    name: 'balance',
    title: ['轧平', 'Balance'],
    columns: [
      col('line', 'text', '轧平', 'Balance'),
      col('out', 'count', '发出', 'Out'),
      col('in', 'count', '收入', 'In'),
      col('difference', 'count', '差', 'Difference'),
    ],
    rows: lines,
    totals: null,
  }
}

function checksOf(rows: readonly ReportRow[], totals: ReportRow, whole: boolean): ReportCheck[] {
  const off = rows.reduce((sum, row) => sum + Math.abs(numberOf(row.check)), 0)
  const county =
    numberOf(totals.opening) +
    numberOf(totals.stockedIn) -
    numberOf(totals.recharged) -
    numberOf(totals.voided) -
    numberOf(totals.closing)
  return [
    { name: 'cards', title: ['与卡数核对', 'Against the count of cards'], difference: off },
    ...balance(rows, whole).rows.map((row, place) => ({
      name: `balance${place + 1}`,
      title: [`轧平：${row.line}`, `Balance: ${row.line}`] as const,
      difference: numberOf(row.difference),
    })),
    ...(whole
      ? [
          {
            name: 'county',
            title: ['全县：期末 = 期初 + 制卡入库 − 充值 − 作废', 'County as a whole'] as const,
            difference: county,
          },
        ]
      : []),
  ]
}
