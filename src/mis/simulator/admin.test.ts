// The admin interface: who may come in, accounts, clock, faults, reset; and when the process must not start at all.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test/support/database.ts'
import { connect, type HttpBench, startHttpBench } from '../connectors/http-bench.ts'
import { createMisAdmin } from './admin-client.ts'
import { banner } from './reference-mis.ts'

let bench: HttpBench
beforeAll(async () => {
  bench = await startHttpBench(createTestDatabase)
})
afterAll(() => bench.stop())

test('a wrong token opens nothing', async () => {
  const stranger = createMisAdmin({ url: bench.url, token: 'admin of the tess' })
  await expect(stranger.accounts()).rejects.toThrow('401')
  await expect(stranger.reset()).rejects.toThrow('401')
})

test('the special accounts come first, the rest page after page', async () => {
  const first = await bench.admin.accounts({ limit: 12 })
  expect(first.accounts.map(account => account.accountNo)).toEqual([
    ...['4101000001', '4101000002', '4101000003', '4101000004', '4101000005', '4101000006', '4101000007'],
    ...['4101000008', '4101000009', '4101000010', '0101000011', '4101000000012'],
  ])
  expect(first.accounts.map(account => account.status).join('')).toBe('NNCLKNNNNNNN')
  expect(first.accounts[0]).toMatchObject({ dueFen: 25_745, lateFeeFen: 165, balanceFen: 0, special: true })
  const all = new Set(first.accounts.map(account => account.accountNo))
  for (let page = first; page.hasMore; ) {
    page = await bench.admin.accounts({ limit: 300, after: page.accounts.at(-1)?.accountNo ?? '' })
    for (const account of page.accounts) {
      expect(account.special).toBe(false)
      all.add(account.accountNo)
    }
  }
  expect(all.size).toBe(1_000)
})

test('the same seed gives the same data, another one other data', async () => {
  const people = async () => (await bench.admin.accounts({ limit: 1_000 })).accounts
  const before = await people()
  await bench.admin.setAccount({ accountNo: '4101000001', name: '换了', balanceFen: 77 })
  expect((await bench.admin.audit()).invariants.moneyMoved.holds).toBe(true)
  await bench.admin.reset(8)
  expect(await people()).not.toEqual(before)
  await bench.admin.reset()
  expect(await people()).toEqual(before)
})

test('the clock is set, shifted and sped up; a connector whose clock differs is refused and told so', async () => {
  const { now } = await bench.admin.setClock({ now: '20260105103000000' })
  expect(now.slice(0, 12)).toBe('202601051030')
  expect((await bench.admin.setClock({ offset: 3_600_000 })).now.slice(0, 10)).toBe('2026010511')
  expect((await bench.admin.setClock({ speed: 20 })).speed).toBe(20)
  const alarms: string[] = []
  const billing = connect(bench.url, alarms)
  const options = { timeoutMs: 5_000 }
  expect(await billing.findAccount('4101000001', options)).toMatchObject({ class: 'refused', reason: 'replay' })
  expect(alarms).toEqual(['replay'])
  await billing.close()
  await expect(bench.admin.setClock({ now: '20260230000000000' })).rejects.toThrow('400')
})

test('an order for a fault is checked, listed, and strikes as often as it says', async () => {
  await bench.admin.reset()
  const wrong = { name: 'slow', params: { delayMs: -1 } } as const
  await expect(bench.admin.addFault(wrong)).rejects.toThrow('400')
  await expect(bench.admin.addFault({ name: 'restart', params: { downMs: 1, at: 'afterCommit' } })).rejects.toThrow(
    '409',
  )
  const billing = connect(bench.url, [], { now: () => Date.parse('2026-01-05T03:30:00Z') })
  await bench.admin.setClock({ now: '20260105113000000', speed: 1 })
  const id = await bench.admin.addFault({ name: 'busy', match: { op: 'findAccount', nth: 2 }, times: 2 })
  const classes: string[] = []
  for (let call = 0; call < 5; call += 1) {
    classes.push((await billing.findAccount('4101000001', { timeoutMs: 5_000 })).class)
  }
  expect(classes).toEqual(['accepted', 'refused', 'refused', 'accepted', 'accepted'])
  expect((await bench.admin.faults()).faults).toMatchObject([{ id, name: 'busy', seen: 5, left: 0 }])
  await bench.admin.removeFault(id)
  expect((await bench.admin.faults()).faults).toEqual([])
  await billing.close()
})

test('chance is seeded: the same seed strikes the same messages', async () => {
  const round = async () => {
    const other = await startHttpBench(createTestDatabase, { seed: 11 })
    const there = connect(other.url)
    await other.admin.addFault({ name: 'busy', probability: 0.5, times: 100 })
    const classes: string[] = []
    for (let call = 0; call < 16; call += 1) {
      classes.push((await there.findAccount('4101000001', { timeoutMs: 5_000 })).class)
    }
    await there.close()
    await other.stop()
    return classes
  }
  const first = await round()
  expect(new Set(first).size).toBe(2)
  expect(await round()).toEqual(first)
})

test('one scaled clock: twenty times faster, its delays as short, and both ends agree on the time', async () => {
  // An hour by the faster clock: were the two ends not to agree, no message would be taken.
  const since = Date.now() - 180_000
  const fast = await startHttpBench(createTestDatabase, { clockSpeed: 20, clockSince: since })
  const billing = connect(fast.url, [], { now: () => since + (Date.now() - since) * 20 })
  await fast.admin.addFault({ name: 'slow', params: { delayMs: 9_000 } })
  const options = { timeoutMs: 400 }
  expect(await billing.findAccount('4101000001', options)).toEqual({ class: 'unknown', cause: 'timeout' })
  expect(await billing.findAccount('4101000001', { timeoutMs: 5_000 })).toMatchObject({ class: 'accepted' })
  await billing.close()
  await fast.stop()
})

test('it says what it is, and does not start in production unasked', async () => {
  expect(await (await fetch(bench.url)).text()).toContain(banner)
  const started = startHttpBench(createTestDatabase, { production: true })
  await expect(started).rejects.toThrow('production')
  const allowed = await startHttpBench(createTestDatabase, { production: true, allowReference: true })
  expect((await allowed.admin.status()).accounts).toBe(1_000)
  await allowed.stop()
})
