// 销售: by station, seller and face value, what was bought, given back and used, and how the money stands.

import type { Column } from '../listing/columns.ts'
import { col, groupBy, numberOf, pair, type Report, type ReportRow, rate, sumRows } from './report.ts'
import { type CardFacts, cardFacts, type MoneyFacts, moneyFacts } from './sales-facts.ts'

const cardKeys = ['purchased', 'returned', 'net', 'registered', 'recharged', 'onHand'] as const
const moneyKeys = [
  'receivableFen',
  'receivedFen',
  'openingOwedFen',
  'creditFen',
  'repaidFen',
  'offsetFen',
  'owedFen',
  'creditLimitFen',
] as const
const summed = ['opening', ...cardKeys.flatMap(key => [key, `${key}Fen`]), ...moneyKeys]

export const sales: Report = {
  title: ['销售', 'Sales'],
  async run(tx, scope) {
    const facts = await cardFacts(tx, scope)
    const money = new Map((await moneyFacts(tx, scope)).map(row => [row.holderId, row]))
    const stations = [...groupBy(facts, fact => fact.stationId).values()].map(ofStation => {
      const sellers = [...groupBy(ofStation, fact => fact.holderId).values()].map(ofSeller =>
        sellerRows(ofSeller, money),
      )
      const subtotals = sellers.map(({ subtotal }) => subtotal)
      return {
        rows: sellers.flatMap(({ rows, subtotal }) => [...rows, subtotal]),
        subtotal: sumOf(subtotals, 'station', ofStation[0]),
      }
    })
    const totals = sumOf(
      stations.map(({ subtotal }) => subtotal),
      'total',
    )
    const rows = stations.flatMap(station => [...station.rows, station.subtotal])
    const off = facts.reduce((sum, fact) => sum + Math.abs(fact.check), 0)
    return {
      tables: [{ name: 'sales', title: ['销售', 'Sales'], columns, rows, totals }],
      checks: [{ name: 'cards', title: ['与卡数核对', 'Against the count of cards'], difference: off }],
    }
  },
}

/** One row for each face value, and the seller's own with its money. */
function sellerRows(facts: readonly CardFacts[], money: ReadonlyMap<number, MoneyFacts>) {
  const rows = facts.map(faceRow)
  const [first] = facts
  const entries = money.get(first?.holderId ?? 0)
  const cards = sumRows(rows, summed)
  const subtotal: ReportRow = {
    ...cards,
    ...(entries ? moneyCells(entries) : {}),
    level: 'seller',
    holderId: first?.holderId ?? null,
    station: first?.station ?? null,
    seller: first?.name ?? null,
    faceValueFen: null,
    sellThrough: sellThroughOf(cards),
    limitUse: entries ? rate(entries.owedFen, entries.creditLimitFen) : null,
  }
  return { rows, subtotal }
}

function faceRow(fact: CardFacts): ReportRow {
  const net = fact.purchased - fact.returned
  const { purchased, returned, registered, recharged, onHand, faceValueFen } = fact
  const cards = { purchased, returned, net, registered, recharged, onHand }
  return {
    level: 'face',
    holderId: fact.holderId,
    station: fact.station,
    seller: fact.name,
    faceValueFen,
    opening: fact.opening,
    ...cards,
    ...Object.fromEntries(Object.entries(cards).map(([key, quantity]) => [`${key}Fen`, quantity * faceValueFen])),
    sellThrough: rate(recharged, fact.opening + net),
  }
}

function moneyCells({ soldFen, refundedFen, holderId: _, ...rest }: MoneyFacts): ReportRow {
  return { receivableFen: soldFen - refundedFen, ...rest }
}

function sumOf(rows: readonly ReportRow[], level: string, first?: CardFacts): ReportRow {
  const sums = sumRows(rows, summed)
  return {
    ...sums,
    level,
    holderId: first?.stationId ?? null,
    station: first?.station ?? null,
    seller: null,
    faceValueFen: null,
    sellThrough: sellThroughOf(sums),
    limitUse: rate(numberOf(sums.owedFen), numberOf(sums.creditLimitFen)),
  }
}

/** 动销率 = 已充值 ÷ (期初在手 + 净购) */
function sellThroughOf(row: ReportRow): number | null {
  return rate(numberOf(row.recharged), numberOf(row.opening) + numberOf(row.net))
}

const columns: readonly Column[] = [
  col('station', 'text', '供电所', 'Station'),
  col('seller', 'text', '售卡员', 'Seller'),
  col('faceValueFen', 'fen', '面值（元）', 'Face value (yuan)'),
  ...pair('purchased', '购卡', 'Purchased'),
  ...pair('returned', '退卡', 'Returned'),
  ...pair('net', '净购', 'Net purchase'),
  ...pair('registered', '登记售出', 'Registered sales'),
  ...pair('recharged', '已充值', 'Recharged'),
  ...pair('onHand', '期末在手', 'On hand'),
  col('sellThrough', 'rate', '动销率', 'Sell-through'),
  col('receivableFen', 'fen', '应收（元）', 'Receivable (yuan)'),
  col('receivedFen', 'fen', '已收（元）', 'Received (yuan)'),
  col('openingOwedFen', 'fen', '期初欠款（元）', 'Owed before (yuan)'),
  col('creditFen', 'fen', '赊销（元）', 'On credit (yuan)'),
  col('repaidFen', 'fen', '还款（元）', 'Repaid (yuan)'),
  col('offsetFen', 'fen', '冲减（元）', 'Set off (yuan)'),
  col('owedFen', 'fen', '欠款（元）', 'Owed (yuan)'),
  col('creditLimitFen', 'fen', '赊销额度（元）', 'Credit limit (yuan)'),
  col('limitUse', 'rate', '额度使用率', 'Use of limit'),
]
