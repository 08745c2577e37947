// 大写金额 against an independent reading of the same convention, over the borders and over amounts at random.

import fc from 'fast-check'
import nzh from 'nzh'
import { expect, test } from 'vitest'
import { capitalAmount, yuan } from './money.ts'

/**
 * Its own sign of money is left off, and whole yuan are given to it without decimals, since it writes 整 only then;
 * everything else it writes as slips do: 整 after 元 only, one 零 for a run, 零 before 分 alone.
 */
const independent = (fen: number) => nzh.cn.toMoney(yuan(fen).replace(/\.00$/, ''), { outSymbol: false })
/**
 * The one difference of convention: where a group of four ends in zero and the next begins without one, the rules for
 * bills (正确填写票据和结算凭证的基本规定) allow 壹拾万零柒仟 and 壹拾万柒仟 alike. Slips write the 零; the other does not.
 */
const ours = (fen: number) =>
  capitalAmount(fen).replace(/(?<=[拾佰仟]万)零(?=.仟)|(?<=[拾佰仟]亿)零(?=.仟[^万]*万)/g, '')
const runs = Number(process.env.FC_RUNS ?? 20_000)

/** The largest amount of a posting is below a billion yuan ten times over; a statement of a county may be larger. */
const largestFen = 99_999_999_999_999

test('powers of ten and their neighbours', () => {
  const differing: string[] = []
  for (let power = 1; power <= largestFen; power *= 10) {
    for (let digit = 1; digit <= 9; digit += 1) {
      for (const by of [-101, -100, -11, -10, -1, 0, 1, 5, 9, 10, 40, 99, 100, 101, 1_000, 10_100, 1_000_010]) {
        const fen = power * digit + by
        if (fen < 0 || fen > largestFen) continue
        if (ours(fen) !== independent(fen)) differing.push(`${fen}: ${ours(fen)} ${independent(fen)}`)
      }
    }
  }
  expect(differing).toEqual([])
})

test('amounts at random, also made of few figures and many zeros', () => {
  const few = fc
    .array(fc.constantFrom(0, 0, 0, 0, 1, 9, 5), { minLength: 1, maxLength: 14 })
    .map(figures => Number(figures.join('')))
  const amounts = fc.oneof(
    fc.integer({ min: 0, max: 1_000_000 }),
    fc.maxSafeNat().map(n => n % largestFen),
    few,
  )
  fc.assert(
    fc.property(amounts, fen => {
      expect(ours(fen)).toBe(independent(fen))
      if (fen > 0) expect(ours(-fen)).toBe(`负${independent(fen)}`)
    }),
    { numRuns: runs },
  )
})
