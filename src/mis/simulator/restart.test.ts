// Killed, closed and deaf: the billing system as a process of its own, in the middle of a posting.

import { connect as connectSocket } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test/support/database.ts'
import type { BillingConnector, FrozenPosting } from '../connector.ts'
import { connect, type HttpBench, startHttpBench } from '../connectors/http-bench.ts'
import { dateOf, instantOf } from '../wire/time.ts'
import { superviseReferenceMis } from './supervise.ts'

const options = { timeoutMs: 5_000 }
const upMs = 30_000
let bench: HttpBench
let billing: BillingConnector
let serial = 0
beforeAll(async () => {
  bench = await startHttpBench(createTestDatabase, {}, superviseReferenceMis)
})
beforeEach(() => {
  billing = connect(bench.url)
  return () => billing.close()
})
afterAll(() => bench.stop())

function posting(): FrozenPosting {
  serial += 1
  const acctDate = dateOf(Date.now())
  const transactionSerial = `410123${acctDate}${String(serial).padStart(10, '0')}`
  return {
    transactionSerial,
    accountNo: '4101000002',
    amountFen: 5_000,
    acctDate,
    cardTail: '0042',
    channelKind: 'voice',
  }
}
const post = (frozen: FrozenPosting, timeoutMs = 5_000) =>
  billing.postRecharge(frozen, instantOf(Date.now() + 60_000), { timeoutMs })
const killAt = (frozen: FrozenPosting, at: 'beforeCommit' | 'afterCommit') =>
  bench.admin.addFault({ name: 'restart', params: { downMs: 100, at }, match: { serial: frozen.transactionSerial } })

function isOpen(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connectSocket(port, '127.0.0.1', () => resolve(true))
    socket.once('connect', () => socket.destroy())
    socket.once('error', () => resolve(false))
  })
}

test('killed before its commit: unknown, then not found, then posted once by the same serial', async () => {
  const frozen = posting()
  const before = await bench.admin.account(frozen.accountNo)
  await killAt(frozen, 'beforeCommit')
  expect(await post(frozen)).toEqual({ class: 'unknown', cause: 'broken' })
  await bench.admin.waitUntilUp(upMs)
  expect(await billing.queryPosting(frozen, options)).toMatchObject({ data: { postingState: 'notFound' } })
  expect(await bench.admin.account(frozen.accountNo)).toEqual(before)
  expect(await post(frozen)).toMatchObject({ class: 'accepted' })
  expect(await bench.admin.auditOf(frozen.transactionSerial)).toMatchObject({ applyCount: 1, payments: 1 })
})

test('killed after its commit: unknown, then posted, and a repeat moves nothing', async () => {
  const frozen = posting()
  await killAt(frozen, 'afterCommit')
  expect(await post(frozen)).toEqual({ class: 'unknown', cause: 'broken' })
  await bench.admin.waitUntilUp(upMs)
  expect(await billing.queryPosting(frozen, options)).toMatchObject({ data: { postingState: 'posted' } })
  expect(await post(frozen)).toMatchObject({ class: 'accepted' })
  const audit = await bench.admin.audit()
  expect(audit.serials.every(one => one.applyCount === 1)).toBe(true)
  expect(audit.invariants.moneyMoved.holds).toBe(true)
})

test('a restart keeps clock, faults, behaviours and what was seen', async () => {
  await bench.admin.setClock({ offset: 100_000 })
  await bench.admin.setBehaviours({ dedup: 'acceptedOnly' })
  await bench.admin.addFault({ name: 'busy', match: { op: 'billsDue' }, times: 3 })
  const frozen = posting()
  await killAt(frozen, 'beforeCommit')
  await post(frozen)
  await bench.admin.waitUntilUp(upMs)
  const shifted = (await bench.admin.clock()).now > instantOf(Date.now() + 90_000)
  expect([shifted, (await bench.admin.behaviours()).dedup]).toEqual([true, 'acceptedOnly'])
  expect(await billing.billsDue({ accountNo: '4101000001', page: 1 }, options)).toMatchObject({
    reason: 'busyNotProcessed',
  })
  await bench.admin.reset()
  await bench.admin.setClock({ offset: -100_000 })
})

test('an orderly restart by hand', async () => {
  await bench.admin.restart({ graceful: true, downMs: 100 })
  await bench.admin.waitUntilUp(upMs)
  expect(await post(posting())).toMatchObject({ class: 'accepted' })
})

test('a closed port is "not sent", whatever connections were kept', async () => {
  const frozen = posting()
  await bench.admin.addFault({ name: 'connectRefuse', params: { ms: 3_000 }, match: { op: 'findAccount' } })
  expect(await billing.findAccount(frozen.accountNo, options)).toMatchObject({ class: 'accepted' })
  for (let open = true; open; ) open = await isOpen(bench.mis.port)
  expect(await post(frozen)).toMatchObject({ class: 'refused', reason: 'misDown', stage: 'notSent' })
  await bench.admin.waitUntilUp(upMs)
  expect(await bench.admin.auditOf(frozen.transactionSerial)).toBeUndefined()
  expect(await post(frozen)).toMatchObject({ class: 'accepted' })
})

test('a port that takes connections and never reads is unknown', async () => {
  const frozen = posting()
  await bench.admin.addFault({ name: 'blackhole', params: { ms: 3_000 } })
  await new Promise(resolve => setTimeout(resolve, 100))
  expect(await post(frozen, 400)).toEqual({ class: 'unknown', cause: 'timeout' })
  await bench.admin.waitUntilUp(upMs)
  expect(await billing.queryPosting(frozen, options)).toMatchObject({ data: { postingState: 'notFound' } })
})
