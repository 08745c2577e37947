// The HTTP connector against the reference billing system: the contract, and the other signature algorithm.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test/support/database.ts'
import { connectorContract } from '../contract.ts'
import { connect, type HttpBench, smChannel, startHttpBench } from './http-bench.ts'

let bench: HttpBench
beforeAll(async () => {
  bench = await startHttpBench(createTestDatabase)
})
afterAll(() => bench.stop())

connectorContract(
  'HTTP',
  (alarms, changes) => connect(bench.url, alarms, changes),
  () => bench.admin,
)

test('HMAC-SM3 signs both ways', async () => {
  const alarms: string[] = []
  const billing = connect(bench.url, alarms, smChannel)
  expect(await billing.findAccount('4101000001', { timeoutMs: 5_000 })).toMatchObject({ class: 'accepted' })
  await bench.admin.addFault({ name: 'badMac', params: { field: 'digest' } })
  expect(await billing.findAccount('4101000001', { timeoutMs: 5_000 })).toEqual({ class: 'unknown', cause: 'badMac' })
  expect(alarms).toEqual(['badSignature'])
  await billing.close()
})
