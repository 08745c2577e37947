// Postings under faults by chance: whatever went wrong on the way, each serial ends as one thing on both sides.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test/support/database.ts'
import type { BillingConnector, FrozenPosting } from '../connector.ts'
import type { NewFault } from '../simulator/admin-client.ts'
import { dateOf, instantOf } from '../wire/time.ts'
import { connect, type HttpBench, startHttpBench } from './http-bench.ts'

const postings = 240
const sideBySide = 24
const options = { timeoutMs: 500 }
const mostSteps = 40

let bench: HttpBench
beforeAll(async () => {
  bench = await startHttpBench(createTestDatabase, { seed: 20_260_105 })
})
afterAll(() => bench.stop())

const chances: NewFault[] = [
  { name: 'slow', params: { delayMs: 700 } },
  { name: 'slow', params: { delayMs: 700, stage: 'afterApply' } },
  ...(['dropRequest', 'dropReply', 'closeBefore', 'closeAfter', 'badMac', 'badFormat', 'halfReply'] as const).map(
    name => ({ name }),
  ),
  { name: 'duplicateDelivery', params: { delayMs: 200 } },
  { name: 'delayedDelivery', params: { delayMs: 900 } },
  { name: 'wrongCorrelation', params: { field: 'amount' } },
  { name: 'errorCode', params: { applied: true } },
  { name: 'errorCode', params: { applied: false } },
  { name: 'httpStatus', params: { status: 504, applied: true } },
  { name: 'httpStatus', params: { status: 503, applied: false } },
  { name: 'busy' },
]

/** Sends, asks, and at last closes, until somebody says for certain what became of the serial. */
async function settle(billing: BillingConnector, frozen: FrozenPosting): Promise<'posted' | 'closed'> {
  for (let step = 0; step < mostSteps; step += 1) {
    if (step < 2) {
      const sent = await billing.postRecharge(frozen, instantOf(Date.now() + 60_000), options)
      if (sent.class === 'accepted') return 'posted'
    }
    const asked = await (step < 3 ? billing.queryPosting(frozen, options) : billing.closeSerial(frozen, options))
    if (asked.class !== 'accepted') continue
    const { postingState } = asked.data
    if (postingState === 'posted' || postingState === 'closed') return postingState
  }
  throw new Error(`nobody knows what became of ${frozen.transactionSerial}`)
}

test('each serial is posted once or closed, as it was told', async () => {
  for (const fault of chances) await bench.admin.addFault({ ...fault, probability: 0.06, times: 100_000 })
  const billing = connect(bench.url, [], { poolSize: 32, connectTimeoutMs: 10_000 })
  const acctDate = dateOf(Date.now())
  const ends = new Map<string, string>()
  let next = 0
  const work = async () => {
    while (next < postings) {
      next += 1
      const transactionSerial = `410123${acctDate}${String(next).padStart(10, '0')}`
      const accountNo = `41010000${String((next % 2) + 1).padStart(2, '0')}`
      const frozen = { transactionSerial, accountNo, amountFen: 100 + next, acctDate } as const
      ends.set(transactionSerial, await settle(billing, { ...frozen, cardTail: '0042', channelKind: 'voice' }))
    }
  }
  await Promise.all(Array.from({ length: sideBySide }, work))
  await bench.admin.clearFaults()
  await billing.close()
  // What was parked on the way arrives; by then every serial has its end.
  await new Promise(resolve => setTimeout(resolve, 1_500))
  const audit = await bench.admin.audit()
  const applied = new Map(audit.serials.map(one => [one.serial, one.applyCount]))
  for (const [serial, end] of ends) expect([serial, applied.get(serial)]).toEqual([serial, end === 'posted' ? 1 : 0])
  expect(ends.size).toBe(postings)
  expect(new Set(ends.values())).toEqual(new Set(['posted', 'closed']))
  expect(audit.serials.some(one => one.receiveCount > 1)).toBe(true)
  expect(audit.invariants).toMatchObject({ appliedOnce: { holds: true }, moneyMoved: { holds: true } })
})
