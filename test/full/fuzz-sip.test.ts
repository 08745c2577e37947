// A million hostile SIP messages and session descriptions, in stretches of their own seeds.

import { expect, it } from 'vitest'
import { fuzz } from '../sip-fuzz/fuzz.ts'

it.each(Array.from({ length: 10 }, (_, stretch) => stretch))('a hundred thousand more (%d)', stretch => {
  const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31) + stretch
  const report = fuzz(100_000, seed)
  expect(report.slow, `seed ${seed}`).toEqual([])
  expect(report.parsed, `seed ${seed}`).toBeGreaterThan(10_000)
  expect(report.heapGrowthBytes, `seed ${seed}`).toBeLessThan(8 * 2 ** 20)
})
