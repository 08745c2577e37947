// Mandarin readings against tables written by hand.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { reader } from './reader.ts'
import { units } from './units.ts'

const rows = readFileSync(new URL('../../../../test/money-reading.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map(row => row.split('\t'))

describe('money', () => {
  test('the table is whole: no amount twice, two columns', () => {
    expect(rows.length).toBeGreaterThanOrEqual(220)
    expect(new Set(rows.map(([fen]) => fen)).size).toBe(rows.length)
    expect(rows.filter(row => row.length !== 2)).toEqual([])
  })

  test.each(rows)('%s fen: %s', (fen, words) => {
    expect(reader.money(Number(fen)).text).toBe(words)
  })

  test('the clips say the same words as the text', () => {
    for (const [fen] of rows) {
      const { text, clips } = reader.money(Number(fen))
      expect(clips.map(clip => units[clip.replace('zh-CN/', '')]).join('')).toBe(text)
    }
  })

  test('what is no amount is refused', () => {
    for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e12, -1e12]) {
      expect(() => reader.money(value), String(value)).toThrow(RangeError)
    }
  })
})

describe('numbers', () => {
  test.each([
    [0, '零', '零'],
    [2, '二', '两'],
    [10, '十', '十'],
    [12, '十二', '十二'],
    [22, '二十二', '二十二'],
    [102, '一百零二', '一百零二'],
    [110, '一百一十', '一百一十'],
    [2002, '二千零二', '二千零二'],
    [10_010, '一万零一十', '一万零一十'],
    [1_000_000, '一百万', '一百万'],
  ])('%d', (value, number, count) => {
    expect([reader.number(value).text, reader.count(value).text]).toEqual([number, count])
  })

  test('hours', () => {
    expect([1, 2, 12, 24].map(hours => reader.hours(hours).text)).toEqual([
      '一小时',
      '两小时',
      '十二小时',
      '二十四小时',
    ])
  })
})

describe('digits', () => {
  test('one by one, 幺 for 1 unless switched off', () => {
    expect(reader.digits('1234').text).toBe('幺二三四')
    expect(reader.digits('1100', { yao: false }).text).toBe('一一零零')
    expect(reader.digits('1234').clips).toEqual(['yao', '2', '3', '4'].map(digit => `zh-CN/number.${digit}`))
  })

  test('long numbers breathe every four digits, and nobody is left with one digit alone', () => {
    const grouped = (digits: string) =>
      reader
        .digits(digits)
        .clips.map(clip => (clip.startsWith('pause/') ? '-' : 'd'))
        .join('')
    expect(grouped('001300000120')).toBe('dddd-dddd-dddd')
    expect(grouped('3201234567890')).toBe('dddd-dddd-ddddd')
    expect(grouped('0123456789')).toBe('dddd-dddd-dd')
    expect(grouped('567890')).toBe('dddddd')
  })

  test('anything else is refused', () => {
    for (const digits of ['', '12a4', '１２', '1'.repeat(41)]) expect(() => reader.digits(digits)).toThrow(RangeError)
  })
})

describe('dates and times', () => {
  test.each([
    ['20260305', '二零二六年三月五日'],
    ['2026-12-31', '二零二六年十二月三十一日'],
    ['2011-11-11', '二零一一年十一月十一日'],
    ['0305', '三月五日'],
    ['10-20', '十月二十日'],
    ['0229', '二月二十九日'],
    ['2028-02-29', '二零二八年二月二十九日'],
  ])('%s', (date, words) => expect(reader.date(date).text).toBe(words))

  test.each([
    ['202602', '二零二六年二月'],
    ['2026-10', '二零二六年十月'],
  ])('%s', (month, words) => expect(reader.month(month).text).toBe(words))

  test.each([
    ['20:06', '二十点零六分'],
    ['2006', '二十点零六分'],
    ['200630', '二十点零六分'],
    ['08:00', '八点'],
    ['02:02', '两点零二分'],
    ['12:10', '十二点十分'],
    ['22:30', '二十二点三十分'],
    ['00:00', '零点'],
    ['00:05', '零点零五分'],
    ['01:01', '一点零一分'],
    ['24:00', '二十四点'],
  ])('%s', (time, words) => expect(reader.time(time).text).toBe(words))

  test('no such day, month or time', () => {
    for (const date of ['20260229', '20261301', '0230', '2026', '']) expect(() => reader.date(date)).toThrow(RangeError)
    for (const month of ['202613', '202600', '2026']) expect(() => reader.month(month)).toThrow(RangeError)
    for (const time of ['2401', '12:60', '9:00', '']) expect(() => reader.time(time)).toThrow(RangeError)
  })
})

describe('names', () => {
  test.each([
    ['王小明', '王某某'],
    ['王**', '王某某'],
    ['李四', '李某'],
    ['欧阳修', '欧阳某'],
    ['司马相如', '司马某某'],
    ['夏侯 惇', '夏侯某'],
  ])('%s is %s', (name, words) => expect(reader.name(name)?.text).toBe(words))

  test('firms, villages, foreign names and rare surnames are left out', () => {
    for (const name of ['张家村', '王氏面粉厂', '李', '某县供电公司', 'John Smith', '尛小明', '陈建国等五户', '']) {
      expect(reader.name(name), name).toBeNull()
    }
  })

  test('surnames of one sound share a clip, in the tone of the surname', () => {
    const clip = (name: string) => reader.name(name)?.clips[0]
    expect(clip('曾国')).toBe('zh-CN/surname.zeng1')
    expect(clip('于是')).toBe(clip('余是'))
    expect(clip('王五')).not.toBe(clip('汪五'))
  })
})

test('keys', () => {
  expect(['1', '0', '*', '#'].map(key => reader.key(key).text)).toEqual(['一', '零', '星号键', '井号键'])
  expect(() => reader.key('12')).toThrow(RangeError)
})
