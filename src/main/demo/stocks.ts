// The stocks of a county while its history is written: what lies unused at every place, by face value.

import type { Range } from './ledger.ts'
import { createPool, type Pool } from './pools.ts'
import type { Setting } from './setting.ts'

export interface Stocks {
  county(faceValueFen: number): Pool
  station(place: number, faceValueFen: number): Pool
  outlet(place: number, faceValueFen: number): Pool
  /** Cards with customers; which one is used next is chance. */
  customers(faceValueFen: number): number[]
}

export function createStocks({ stations, outlets }: Setting, county: ReadonlyMap<number, Pool>): Stocks {
  const pools = new Map<string, Pool>()
  const withCustomers = new Map<number, number[]>()
  const poolOf = (key: string) => {
    const pool = pools.get(key) ?? createPool()
    pools.set(key, pool)
    return pool
  }
  return {
    county(faceValueFen) {
      const pool = county.get(faceValueFen)
      if (!pool) throw new Error(`there are no cards of ${faceValueFen} fen`)
      return pool
    },
    station: (place, faceValueFen) => poolOf(`station ${stations[place]?.holderId} ${faceValueFen}`),
    outlet: (place, faceValueFen) => poolOf(`outlet ${outlets[place]?.holderId} ${faceValueFen}`),
    customers(faceValueFen) {
      const cards = withCustomers.get(faceValueFen) ?? []
      withCustomers.set(faceValueFen, cards)
      return cards
    },
  }
}

export function numbersIn(ranges: readonly Range[]): number[] {
  return ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, place) => first + place))
}
