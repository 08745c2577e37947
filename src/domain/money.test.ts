// Written amounts against examples from cheque-writing practice.

import { describe, expect, it } from 'vitest'
import { capitalAmount, yuan } from './money.ts'

describe('capital amounts', () => {
  it.each([
    [0, '零元整'],
    [5_000, '伍拾元整'],
    [140_950, '壹仟肆佰零玖元伍角'],
    [600_714, '陆仟零柒元壹角肆分'],
    [32_504, '叁佰贰拾伍元零肆分'],
    [10_000_000, '壹拾万元整'],
    [1_005_000_000, '壹仟零伍万元整'],
    [100_000_000_000, '壹拾亿元整'],
    [10_000_100_000, '壹亿零壹仟元整'],
    [1_000_100, '壹万零壹元整'],
    [10_700_053, '壹拾万零柒仟元伍角叁分'],
    [5, '伍分'],
    [50, '伍角'],
    [-5_000, '负伍拾元整'],
  ])('%i fen is %s', (fen, words) => {
    expect(capitalAmount(fen)).toBe(words)
  })
})

describe('yuan', () => {
  it.each([
    [0, '0.00'],
    [5, '0.05'],
    [123_450, '1234.50'],
    [-1, '-0.01'],
  ])('%i fen is %s', (fen, text) => {
    expect(yuan(fen)).toBe(text)
  })
})
