// English readings against tables written by hand.
import { describe, expect, test } from 'vitest'
import { reader } from './reader.ts'
import { units } from './units.ts'

describe('money', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, 'zero yuan'],
    [1, 'one fen'],
    [2, 'two fen'],
    [5, 'five fen'],
    [10, 'ten fen'],
    [20, 'twenty fen'],
    [99, 'ninety-nine fen'],
    [100, 'one yuan'],
    [101, 'one yuan and one fen'],
    [110, 'one yuan and ten fen'],
    [200, 'two yuan'],
    [250, 'two yuan and fifty fen'],
    [1000, 'ten yuan'],
    [1010, 'ten yuan and ten fen'],
    [1100, 'eleven yuan'],
    [1205, 'twelve yuan and five fen'],
    [1999, 'nineteen yuan and ninety-nine fen'],
    [2000, 'twenty yuan'],
    [2100, 'twenty-one yuan'],
    [4000, 'forty yuan'],
    [5000, 'fifty yuan'],
    [10_000, 'one hundred yuan'],
    [10_005, 'one hundred yuan and five fen'],
    [10_100, 'one hundred and one yuan'],
    [11_500, 'one hundred and fifteen yuan'],
    [12_000, 'one hundred and twenty yuan'],
    [12_345, 'one hundred and twenty-three yuan and forty-five fen'],
    [50_000, 'five hundred yuan'],
    [99_999, 'nine hundred and ninety-nine yuan and ninety-nine fen'],
    [100_000, 'one thousand yuan'],
    [100_100, 'one thousand and one yuan'],
    [105_000, 'one thousand and fifty yuan'],
    [110_000, 'one thousand one hundred yuan'],
    [115_000, 'one thousand one hundred and fifty yuan'],
    [200_020, 'two thousand yuan and twenty fen'],
    [1_000_000, 'ten thousand yuan'],
    [1_234_567, 'twelve thousand three hundred and forty-five yuan and sixty-seven fen'],
    [10_000_100, 'one hundred thousand and one yuan'],
    [12_345_600, 'one hundred and twenty-three thousand four hundred and fifty-six yuan'],
    [100_000_000, 'one million yuan'],
    [100_005_000, 'one million and fifty yuan'],
    [110_000_000, 'one million one hundred thousand yuan'],
    [1_001_000_100, 'ten million ten thousand and one yuan'],
    [10_000_000_000, 'one hundred million yuan'],
    [100_000_000_000, 'one billion yuan'],
    [-1205, 'minus twelve yuan and five fen'],
    [-50, 'minus fifty fen'],
  ]

  test.each(cases)('%d fen: %s', (fen, words) => {
    const { text, clips } = reader.money(fen)
    expect(text).toBe(words)
    expect(clips.map(clip => units[clip.replace('en-US/', '')]).join(' ')).toBe(words)
  })
})

test.each([
  ['20260305', 'March fifth twenty twenty-six'],
  ['2026-12-31', 'December thirty-first twenty twenty-six'],
  ['0221', 'February twenty-first'],
  ['2005-01-12', 'January twelfth two thousand and five'],
  ['1905-05-03', 'May third nineteen oh five'],
  ['2100-08-30', 'August thirtieth twenty-one hundred'],
])('%s is %s', (date, words) => expect(reader.date(date).text).toBe(words))

test.each([
  ['20:06', 'eight oh six p.m.'],
  ['08:00', 'eight a.m.'],
  ['00:00', 'twelve midnight'],
  ['24:00', 'twelve midnight'],
  ['12:00', 'twelve noon'],
  ['12:30', 'twelve thirty p.m.'],
  ['00:05', 'twelve oh five a.m.'],
  ['13:15', 'one fifteen p.m.'],
])('%s is %s', (time, words) => expect(reader.time(time).text).toBe(words))

test('digits, keys, hours, months, names', () => {
  expect(reader.digits('1204').text).toBe('one two zero four')
  expect(reader.digits('001300000120').text).toBe('zero zero one three, zero zero zero zero, zero one two zero')
  expect(['1', '*', '#'].map(key => reader.key(key).text)).toEqual(['one', 'star', 'pound'])
  expect([1, 24].map(hours => reader.hours(hours).text)).toEqual(['one hour', 'twenty-four hours'])
  expect(reader.month('202602').text).toBe('February twenty twenty-six')
  expect(reader.name('王小明')).toEqual({ text: 'Wang', clips: ['zh-CN/surname.wang2'] })
  expect(reader.name('欧阳修')?.text).toBe('Ouyang')
  expect(reader.name('王家村')).toBeNull()
})
