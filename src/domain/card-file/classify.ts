// Sorting the lines of a produced-card file into seven classes, in memory that grows with the batch by two bytes a card.

import { joinRanges, type SerialRange } from '../range.ts'
import { CardFileError } from './format.ts'

export const resultClasses = [
  'match',
  'missing',
  'extra',
  'duplicate',
  'changedPin',
  'changedFace',
  'reportedFaulty',
] as const
export type ResultClass = (typeof resultClasses)[number]

export interface ResultRange extends SerialRange {
  class: ResultClass
  reason: string
}

/** What a line says of a number of this batch. */
export interface Finding {
  class: Exclude<ResultClass, 'missing' | 'extra'>
  reason: string
}

interface Kind {
  class: Exclude<ResultClass, 'extra'> | 'settled'
  reason: string
}

export interface Classifier {
  /** Notes one line's number and finding; a number seen before becomes a duplicate, one not of the batch an extra. */
  note(serial: number, finding: Finding, line: number): void
  /** The numbers that were dealt with by an earlier stock-in: not missing when absent, duplicates when present. */
  settle(range: SerialRange, documentNo: string): void
  /** Everything by range, in serial order, extras last. */
  results(): ResultRange[]
}

/** Numbers that belong to no such batch; a file with more of them is not a produced-card file of it. */
const mostExtras = 10_000
const mostKinds = 60_000
const mostRanges = 200_000

export function createClassifier(batch: SerialRange): Classifier {
  /** What a number may be; its place in this list stands for it in `found`. Settled numbers are of no class. */
  const kinds: Kind[] = [{ class: 'missing', reason: '' }]
  const places = new Map<string, number>([['missing ', 0]])
  const found = new Uint16Array(batch.lastSerial - batch.firstSerial + 1)
  const extras = new Set<number>()

  function placeOf(kind: Kind): number {
    const name = `${kind.class} ${kind.reason}`
    const known = places.get(name)
    if (known !== undefined) return known
    if (kinds.length >= mostKinds) throw new CardFileError(0, 'too many different fault reasons')
    places.set(name, kinds.length)
    return kinds.push(kind) - 1
  }

  return {
    settle({ firstSerial, lastSerial }, documentNo) {
      const place = placeOf({ class: 'settled', reason: documentNo })
      found.fill(place, firstSerial - batch.firstSerial, lastSerial - batch.firstSerial + 1)
    },
    note(serial, finding, line) {
      const place = serial - batch.firstSerial
      if (place < 0 || place >= found.length) {
        extras.add(serial)
        if (extras.size > mostExtras) throw new CardFileError(line, 'too many numbers of other batches')
        return
      }
      const before = kinds[found[place] ?? 0]
      if (before?.class === 'missing') found[place] = placeOf(finding)
      else if (before?.class === 'settled') found[place] = placeOf({ class: 'duplicate', reason: before.reason })
      else if (before?.class !== 'duplicate') found[place] = placeOf({ class: 'duplicate', reason: '' })
    },
    results() {
      const ranges: ResultRange[] = []
      for (let first = 0; first < found.length; ) {
        let last = first
        while (last + 1 < found.length && found[last + 1] === found[first]) last += 1
        const kind = kinds[found[first] ?? 0]
        const range = { firstSerial: batch.firstSerial + first, lastSerial: batch.firstSerial + last }
        if (kind && kind.class !== 'settled') ranges.push({ ...range, class: kind.class, reason: kind.reason })
        if (ranges.length > mostRanges) throw new CardFileError(0, 'the results are too scattered')
        first = last + 1
      }
      const single = [...extras].map(serial => ({ firstSerial: serial, lastSerial: serial }))
      return [...ranges, ...joinRanges(single).map(range => ({ ...range, class: 'extra' as const, reason: '' }))]
    },
  }
}
