// Ranges against sets of single serials: every function says what counting card by card says.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commonRanges, joinRanges, type SerialRange, sharedRanges, subtractRanges, totalQuantity } from './range.ts'

const range = fc
  .tuple(fc.nat({ max: 40 }), fc.nat({ max: 12 }))
  .map(([firstSerial, more]): SerialRange => ({ firstSerial, lastSerial: firstSerial + more }))
const ranges = fc.array(range, { maxLength: 8 })

const serialsOf = ({ firstSerial, lastSerial }: SerialRange) =>
  Array.from({ length: lastSerial - firstSerial + 1 }, (_, place) => firstSerial + place)
const setOf = (list: readonly SerialRange[]) => new Set(list.flatMap(serialsOf))
const sorted = (set: Iterable<number>) => [...set].sort((a, b) => a - b)

/** Joined: in order, and with a gap between any two. */
function expectJoined(list: readonly SerialRange[]) {
  for (const [place, { firstSerial, lastSerial }] of list.entries()) {
    expect(lastSerial).toBeGreaterThanOrEqual(firstSerial)
    expect(firstSerial).toBeGreaterThan((list[place - 1]?.lastSerial ?? -2) + 1)
  }
}

test('joining keeps every card once', () => {
  fc.assert(
    fc.property(ranges, list => {
      const joined = joinRanges(list)
      expectJoined(joined)
      expect(joined.flatMap(serialsOf)).toEqual(sorted(setOf(list)))
      expect(totalQuantity(joined)).toBe(setOf(list).size)
    }),
  )
})

test('subtracting leaves what is in no hole', () => {
  fc.assert(
    fc.property(ranges, ranges, (list, holes) => {
      const left = subtractRanges(list, holes)
      expectJoined(left)
      const hole = setOf(holes)
      expect(left.flatMap(serialsOf)).toEqual(sorted(setOf(list)).filter(serial => !hole.has(serial)))
    }),
  )
})

test('what is shared is what counts twice or more', () => {
  fc.assert(
    fc.property(ranges, list => {
      const times = new Map<number, number>()
      for (const serial of list.flatMap(serialsOf)) times.set(serial, (times.get(serial) ?? 0) + 1)
      const twice = sorted([...times].flatMap(([serial, count]) => (count > 1 ? [serial] : [])))
      expect(sharedRanges(list).flatMap(serialsOf)).toEqual(twice)
    }),
  )
})

test('what is common with joined ranges is in both', () => {
  fc.assert(
    fc.property(range, ranges, (one, list) => {
      const set = setOf(list)
      expect(commonRanges(one, joinRanges(list)).flatMap(serialsOf)).toEqual(
        serialsOf(one).filter(serial => set.has(serial)),
      )
    }),
  )
})
