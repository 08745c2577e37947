// Lines of a slip: neighbours are one line, totals stay what they were, and the check tells every change.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { totalQuantity } from './range.ts'
import { checkOf, isCheckOf, qrText, readQr } from './slip-check.ts'
import { type CardsLine, cardLines, mergeNeighbours, totalsOf } from './slip-lines.ts'

const cards = (firstSerial: number, lastSerial: number, more: Partial<CardsLine> = {}): CardsLine => ({
  firstSerial,
  lastSerial,
  faceValueFen: 5_000,
  note: '',
  ...more,
})

test('neighbouring ranges are one line; another face value, note or a gap begins a new one', () => {
  const merged = mergeNeighbours([
    cards(21, 30),
    cards(1, 10),
    cards(11, 20),
    cards(32, 40),
    cards(41, 41, { note: '破' }),
  ])
  expect(merged.map(line => [line.firstSerial, line.lastSerial])).toEqual([
    [1, 30],
    [32, 40],
    [41, 41],
  ])
  const faces = mergeNeighbours([cards(1, 5), cards(6, 9, { faceValueFen: 10_000 }), cards(10, 12, { apart: true })])
  expect(faces).toHaveLength(3)
})

test('merging changes no total; card by card is the same cards, up to a limit', () => {
  const line = fc.record({
    gap: fc.integer({ min: 0, max: 2 }),
    quantity: fc.integer({ min: 1, max: 9 }),
    face: fc.constantFrom(5_000, 10_000),
  })
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), parts => {
      let next = 100_000_000
      const lines = parts.map(({ gap, quantity, face }) => {
        const firstSerial = next + gap
        next = firstSerial + quantity
        return cards(firstSerial, next - 1, { faceValueFen: face })
      })
      const ranges = cardLines(lines, false)
      const single = cardLines(lines, true)
      const all = totalQuantity(lines)
      expect([totalsOf(ranges).quantity, single.length]).toEqual([all, all])
      expect(totalsOf(ranges)).toEqual(totalsOf(single))
      expect(ranges.map(one => one.lineNo)).toEqual(ranges.map((_one, place) => place + 1))
    }),
  )
  expect(() => cardLines([cards(1, 2_001)], true)).toThrow('listTooLong')
  expect(cardLines([cards(1, 2_001)], false)).toHaveLength(1)
})

const key = Buffer.alloc(32, 7)
const printed = {
  documentNo: 'LS410123202611250001',
  slip: 'LS',
  printNo: 2,
  version: 4,
  quantity: 10,
  amountFen: 50_000,
}

test('the check proves every word it is made over, under its key alone', () => {
  const check = checkOf(key, printed)
  expect(check).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/)
  expect(isCheckOf(key, printed, check)).toBe(true)
  const changes = {
    documentNo: 'LS410123202611250002',
    slip: 'CK',
    printNo: 3,
    version: 5,
    quantity: 11,
    amountFen: 50_001,
  }
  for (const [name, value] of Object.entries(changes)) {
    expect(isCheckOf(key, { ...printed, [name]: value }, check), name).toBe(false)
  }
  expect(isCheckOf(Buffer.alloc(32, 8), printed, check)).toBe(false)
})

test('a QR reads back, with or without an address, and whatever else is scanned is no slip', () => {
  const check = checkOf(key, printed)
  for (const address of ['', 'https://cards.example.cn/verify']) {
    const { documentNo, slip, printNo } = printed
    expect(readQr(` ${qrText(address, printed, check)}\n`)).toEqual({ documentNo, slip, printNo, check })
  }
  expect(readQr('LS410123202611250001.LS.2.oilO1234')?.check).toBe('01101234')
  for (const text of ['', printed.documentNo, '001300000120', 'x'.repeat(400), `${printed.documentNo}.LS.2.1234567`]) {
    expect(readQr(text)).toBeNull()
  }
})
