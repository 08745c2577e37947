// Hostile messages and descriptions by the thousand; the full size is a million.

import { expect, it } from 'vitest'
import { fuzz } from './sip-fuzz/fuzz.ts'

it('nothing throws, nothing takes long, nothing is kept', () => {
  const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
  const report = fuzz(20_000, seed)
  expect(report.slow, `seed ${seed}`).toEqual([])
  expect(report.parsed, `seed ${seed}`).toBeGreaterThan(2_000)
  expect(report.heapGrowthBytes, `seed ${seed}`).toBeLessThan(8 * 2 ** 20)
})
