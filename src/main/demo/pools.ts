// Stocks of unused cards as ranges: the oldest are taken from the front, what comes back is at the end.

import type { Random } from '../../mis/simulator/random.ts'
import { type Range, sizeOf, totalSize } from './ledger.ts'

export interface Pool {
  size(): number
  give(ranges: readonly Range[]): void
  /** The oldest cards; throws when there are fewer. */
  take(quantity: number): Range[]
  /** The newest cards. */
  takeBack(quantity: number): Range[]
  /** One of the oldest few, as people take them from a box. */
  takeOne(random: Random): number
  /** The card that would be next. */
  next(): number | undefined
}

const mostApart = 6

export function createPool(): Pool {
  let ranges: Range[] = []

  function split(quantity: number): [Range[], Range[]] {
    const front: Range[] = []
    const rest = [...ranges]
    for (let left = quantity; left > 0; ) {
      const range = rest.shift()
      if (!range) throw new Error(`a stock has ${totalSize(ranges)} cards, ${quantity} are wanted`)
      const size = sizeOf(range)
      if (size > left) {
        front.push({ first: range.first, last: range.first + left - 1 })
        rest.unshift({ first: range.first + left, last: range.last })
      } else front.push(range)
      left -= Math.min(size, left)
    }
    return [front, rest]
  }

  return {
    size: () => totalSize(ranges),
    give(more) {
      for (const range of more) {
        const last = ranges.at(-1)
        if (last && last.last + 1 === range.first) ranges[ranges.length - 1] = { first: last.first, last: range.last }
        else ranges.push({ ...range })
      }
    },
    take(quantity) {
      const [front, rest] = split(quantity)
      ranges = rest
      return front
    },
    takeBack(quantity) {
      const [rest, back] = split(totalSize(ranges) - quantity)
      ranges = rest
      return back
    },
    takeOne(random) {
      const [front] = ranges
      if (!front) throw new Error('a stock is empty')
      const number = front.first + random.whole(Math.min(mostApart, sizeOf(front)))
      const pieces = [
        { first: front.first, last: number - 1 },
        { first: number + 1, last: front.last },
      ].filter(piece => piece.first <= piece.last)
      ranges.splice(0, 1, ...pieces)
      return number
    },
    next: () => ranges[0]?.first,
  }
}
