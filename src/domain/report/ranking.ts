// 排名: stations, sellers or face values by one measure, with shares, and with their place in the period before.

import type { Tx } from '../../kernel/db.ts'
import { endOfDay, startOfDay } from '../business-day.ts'
import { yuan } from '../money.ts'
import { comparedPeriod } from './period.ts'
import { col, groupBy, type Report, type ReportRow, type ReportScope, rate } from './report.ts'
import { type CardFacts, cardFacts, moneyFacts } from './sales-facts.ts'

const measures = ['netPurchaseFen', 'rechargeFen', 'rechargeCount', 'sellThrough', 'owedFen'] as const
type Measure = (typeof measures)[number]
type By = 'station' | 'seller' | 'face'

interface Ranked {
  key: string
  name: string
  value: number
  rank: number
}

export const ranking: Report = {
  title: ['排名', 'Ranking'],
  by: ['station', 'seller', 'face'],
  measures,
  async run(tx, scope) {
    const by = (['station', 'seller', 'face'] as const).find(one => one === scope.question.by) ?? 'station'
    const measure = measures.find(one => one === scope.question.measure) ?? 'netPurchaseFen'
    const ranked = await rank(tx, scope, by, measure)
    const earlier = comparedPeriod(scope.question, 'previous')
    const before = { ...scope, from: startOfDay(earlier.fromDay), to: endOfDay(earlier.toDay) }
    const places = new Map((await rank(tx, before, by, measure)).map(row => [row.key, row.rank]))
    const whole = measure === 'sellThrough' ? 0 : ranked.reduce((sum, row) => sum + row.value, 0)
    let running = 0
    const rows = ranked.map(({ key, name, value, rank: place }): ReportRow => {
      running += value
      const previous = places.get(key) ?? null
      return {
        rank: place,
        name,
        value,
        share: rate(value, whole),
        previousRank: previous,
        moved: previous === null ? null : previous - place,
        cumulativeShare: rate(running, whole),
      }
    })
    const kind = measure === 'sellThrough' ? 'rate' : measure === 'rechargeCount' ? 'count' : 'fen'
    return {
      tables: [{ name: 'ranking', title: ['排名', 'Ranking'], columns: columnsOf(kind), rows, totals: null }],
      checks: [],
    }
  },
}

/** From the highest; equals share a place, and the next skips. What money is owed is no matter of a face value. */
async function rank(tx: Tx, scope: ReportScope, by: By, measure: Measure): Promise<Ranked[]> {
  const facts = await cardFacts(tx, scope)
  const owed =
    measure === 'owedFen'
      ? new Map((await moneyFacts(tx, scope)).map(row => [row.holderId, row.owedFen]))
      : new Map<number, number>()
  const keyOf = (fact: CardFacts) => ({ station: fact.stationId, seller: fact.holderId, face: fact.faceValueFen })[by]
  const values = [...groupBy(facts, keyOf)].map(([key, own]) => ({
    key: String(key),
    name: nameOf(own[0], by),
    value: measure === 'owedFen' ? owedBy(own, owed) : measured(own, measure),
  }))
  const ordered = values.sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1))
  return ordered.map(row => ({ ...row, rank: 1 + ordered.filter(other => other.value > row.value).length }))
}

function nameOf(fact: CardFacts | undefined, by: By): string {
  if (!fact) return ''
  return { station: fact.station, seller: fact.name, face: yuan(fact.faceValueFen) }[by]
}

const sum = (facts: readonly CardFacts[], value: (fact: CardFacts) => number) =>
  facts.reduce((total, fact) => total + value(fact), 0)

function measured(facts: readonly CardFacts[], measure: Exclude<Measure, 'owedFen'>): number {
  const net = (fact: CardFacts) => fact.purchased - fact.returned
  switch (measure) {
    case 'netPurchaseFen':
      return sum(facts, fact => net(fact) * fact.faceValueFen)
    case 'rechargeFen':
      return sum(facts, fact => fact.recharged * fact.faceValueFen)
    case 'rechargeCount':
      return sum(facts, fact => fact.recharged)
    case 'sellThrough':
      return (
        rate(
          sum(facts, fact => fact.recharged),
          sum(facts, fact => fact.opening + net(fact)),
        ) ?? 0
      )
  }
}

function owedBy(facts: readonly CardFacts[], owed: ReadonlyMap<number, number>): number {
  return [...new Set(facts.map(fact => fact.holderId))].reduce(
    (total, holderId) => total + (owed.get(holderId) ?? 0),
    0,
  )
}

const columnsOf = (kind: 'rate' | 'count' | 'fen') => [
  col('rank', 'count', '名次', 'Place'),
  col('name', 'text', '名称', 'Name'),
  col('value', kind, kind === 'fen' ? '值（元）' : '值', kind === 'fen' ? 'Value (yuan)' : 'Value'),
  col('share', 'rate', '占比', 'Share'),
  col('previousRank', 'count', '上期名次', 'Place before'),
  col('moved', 'count', '升降', 'Moved'),
  col('cumulativeShare', 'rate', '累计占比', 'Cumulative share'),
]
