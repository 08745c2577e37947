// Every form a range can be typed or scanned in, and what is no range.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEntry } from './range-entry.ts'
import { printSerial, storedSerial } from './serial.ts'

const at = (number: number) => storedSerial(1, number)
const read = (text: string, first?: number) => readEntry(text, { countyId: 1, first })
const range = (first: number, last: number, swapped = false, label: string | null = null) => ({
  range: { firstSerial: at(first), lastSerial: at(last) },
  swapped,
  label,
})

test('the forms of the box, each with its range', () => {
  const cases: [string, ReturnType<typeof range>][] = [
    // Examples of the design: 001300000120 and 001200000121 are neighbours.
    ['001300000120', range(120, 120)],
    ['001200000121', range(121, 121)],
    ['00000120', range(120, 120)],
    ['0013-0000-0120', range(120, 120)],
    [' 0013 0000 0120 ', range(120, 120)],
    ['００１３０００００１２０', range(120, 120)],
    ['00000120–00000400', range(120, 400)],
    ['00000120-00000400', range(120, 400)],
    ['00000120 ~ 00000400', range(120, 400)],
    ['00000120～00000400', range(120, 400)],
    ['00000120至00000400', range(120, 400)],
    ['00000120\t00000400', range(120, 400)],
    ['001300000120-001200000121', range(120, 121)],
    ['001300000120 — 00000400', range(120, 400)],
    ['00000400–00000120', range(120, 400, true)],
    ['00000120+100', range(120, 219)],
    ['001300000120+1', range(120, 120)],
    ['00000120＋100', range(120, 219)],
    ['00000120…400', range(120, 400)],
    ['00000120...400', range(120, 400)],
    ['00000120–…400', range(120, 400)],
    ['00000120-400', range(120, 400)],
    // Completed upward: 020 after 950 is the next thousand's.
    ['00000950…020', range(950, 1020)],
    ['00000120…120', range(120, 120)],
    ['99999990…5', range(99_999_990, 99_999_995)],
    ['001300000120|001200000121|2|ZK410123202603140001', range(120, 121, false, 'ZK410123202603140001')],
  ]
  for (const [text, expected] of cases) expect(read(text), text).toEqual(expected)
  expect(read('…400', at(120))).toEqual(range(120, 400))
})

test('what is no range says why', () => {
  const cases: [string, string][] = [
    ['', 'unknown'],
    ['张三', 'unknown'],
    ['…400', 'unknown'],
    ['+100', 'unknown'],
    ['00000120+', 'unknown'],
    ['00000120–', 'unknown'],
    ['00000120–00000130–00000140', 'unknown'],
    ['120', 'length'],
    ['0000000120', 'length'],
    ['001400000120', 'checkDigit'],
    ['00000120–001400000121', 'checkDigit'],
    ['370312345678', 'foreign'],
    ['00000000', 'number'],
    ['99999999+2', 'number'],
    ['00000120+0', 'count'],
    ['001300000120|001200000121|3|x', 'count'],
    ['001300000120|001200000121', 'unknown'],
    ['00000001+1000001', 'tooMany'],
    ['00000001–99999999', 'tooMany'],
    ['LS410123202603140007', 'document'],
    ['1'.repeat(200), 'length'],
  ]
  for (const [text, problem] of cases) expect(read(text), text).toEqual({ problem })
})

test('whatever is typed gives a range within the county or a reason, and printed ends come back as they were', () => {
  const number = fc.integer({ min: 1, max: 99_000_000 })
  fc.assert(
    fc.property(number, fc.nat({ max: 99_999 }), (first, more) => {
      const printed = `${printSerial(at(first))}–${printSerial(at(first + more))}`
      expect(read(printed)).toEqual(range(first, first + more))
      expect(read(`${String(first).padStart(8, '0')}+${more + 1}`)).toEqual(range(first, first + more))
    }),
  )
  const noise = fc.string({ unit: fc.constantFrom(...'0123456789-–+….|至 \t１A'), maxLength: 40 })
  fc.assert(
    fc.property(noise, text => {
      const entry = read(text, at(120))
      if ('problem' in entry) return
      expect(entry.range.firstSerial).toBeGreaterThan(at(0))
      expect(entry.range.lastSerial).toBeLessThanOrEqual(at(99_999_999))
      expect(entry.range.firstSerial).toBeLessThanOrEqual(entry.range.lastSerial)
    }),
  )
})
