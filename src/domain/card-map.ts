// Where every card of a county is, as ranges in memory: the board on which the journal is played again.

import type { SerialRange } from './range.ts'

export interface Stretch<T> extends SerialRange {
  value: T
}

export interface CardMap<T> {
  /** Puts a value on a range and answers what lay there before, in order and cut to the range; what had nothing is left out. */
  replace(range: SerialRange, value: T): Stretch<T>[]
  /** What lies on a range, cut to it. */
  read(range: SerialRange): Stretch<T>[]
  /** Everything, in order. */
  all(): Stretch<T>[]
}

/** Serials of one bucket: short lists, so that single cards cut out of a big range cost little. */
const bucketSize = 4_096

export function createCardMap<T>(): CardMap<T> {
  const buckets = new Map<number, Stretch<T>[]>()

  function* parts({ firstSerial, lastSerial }: SerialRange) {
    for (let bucket = Math.floor(firstSerial / bucketSize); bucket * bucketSize <= lastSerial; bucket += 1) {
      const first = Math.max(firstSerial, bucket * bucketSize)
      yield { bucket, firstSerial: first, lastSerial: Math.min(lastSerial, (bucket + 1) * bucketSize - 1) }
    }
  }

  return {
    replace(range, value) {
      const before: Stretch<T>[] = []
      for (const { bucket, ...part } of parts(range)) {
        const list = buckets.get(bucket) ?? []
        const from = firstEndingAt(list, part.firstSerial)
        let to = from
        const edges: Stretch<T>[] = []
        for (let old = list[to]; old && old.firstSerial <= part.lastSerial; old = list[to]) {
          if (old.firstSerial < part.firstSerial) edges.push({ ...old, lastSerial: part.firstSerial - 1 })
          before.push(cutTo(old, part))
          if (old.lastSerial > part.lastSerial) edges.push({ ...old, firstSerial: part.lastSerial + 1 })
          to += 1
        }
        const put = [...edges, { ...part, value }].sort((a, b) => a.firstSerial - b.firstSerial)
        list.splice(from, to - from, ...put)
        buckets.set(bucket, list)
      }
      return before
    },
    read(range) {
      const found: Stretch<T>[] = []
      for (const { bucket, ...part } of parts(range)) {
        const list = buckets.get(bucket) ?? []
        for (let place = firstEndingAt(list, part.firstSerial); ; place += 1) {
          const stretch = list[place]
          if (!stretch || stretch.firstSerial > part.lastSerial) break
          found.push(cutTo(stretch, part))
        }
      }
      return found
    },
    all: () => [...buckets].sort(([a], [b]) => a - b).flatMap(([, list]) => list),
  }
}

function cutTo<T>(stretch: Stretch<T>, { firstSerial, lastSerial }: SerialRange): Stretch<T> {
  return {
    value: stretch.value,
    firstSerial: Math.max(stretch.firstSerial, firstSerial),
    lastSerial: Math.min(stretch.lastSerial, lastSerial),
  }
}

/** The place of the first stretch that ends at this serial or after it. */
function firstEndingAt<T>(list: readonly Stretch<T>[], serial: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle]?.lastSerial ?? serial) < serial) low = middle + 1
    else high = middle
  }
  return low
}
