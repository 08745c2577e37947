// Poorer billing systems: weak memory, no queries, no close, no expiry, bills by name, days by sign-in.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test/support/database.ts'
import type { BillingConnector, FrozenPosting } from '../connector.ts'
import { connect, type HttpBench, startHttpBench } from '../connectors/http-bench.ts'
import { dateOf, instantOf } from '../wire/time.ts'

const options = { timeoutMs: 5_000 }
let bench: HttpBench
let billing: BillingConnector
let serial = 0
beforeAll(async () => {
  bench = await startHttpBench(createTestDatabase)
  billing = connect(bench.url)
})
beforeEach(() => bench.admin.reset())
afterAll(async () => {
  await billing.close()
  await bench.stop()
})

function posting(changes: Partial<FrozenPosting> = {}): FrozenPosting {
  serial += 1
  const acctDate = dateOf(Date.now())
  const transactionSerial = `410123${acctDate}${String(serial).padStart(10, '0')}`
  return {
    ...{
      transactionSerial,
      accountNo: '4101000002',
      amountFen: 5_000,
      acctDate,
      cardTail: '0042',
      channelKind: 'voice',
    },
    ...changes,
  }
}
const post = (frozen: FrozenPosting, connector = billing) =>
  connector.postRecharge(frozen, instantOf(Date.now() + 60_000), options)

test('dedup=acceptedOnly forgets refusals', async () => {
  await bench.admin.setBehaviours({ dedup: 'acceptedOnly' })
  const frozen = posting()
  await bench.admin.setAccount({ accountNo: frozen.accountNo, status: 'L' })
  expect(await post(frozen)).toMatchObject({ reason: 'accountLocked' })
  await bench.admin.setAccount({ accountNo: frozen.accountNo, status: 'N' })
  expect(await billing.queryPosting(frozen, options)).toMatchObject({ data: { postingState: 'notFound' } })
  const first = await post(frozen)
  expect(first).toMatchObject({ class: 'accepted' })
  expect(await post(frozen)).toEqual(first)
  expect((await bench.admin.auditOf(frozen.transactionSerial))?.applyCount).toBe(1)
})

test('dedup=codeOnly says "duplicate" and not how it ended', async () => {
  await bench.admin.setBehaviours({ dedup: 'codeOnly' })
  const frozen = posting()
  await post(frozen)
  expect(await post(frozen)).toEqual({ class: 'unknown', cause: 'unmappedCode', code: '9004' })
  expect((await bench.admin.auditOf(frozen.transactionSerial))?.applyCount).toBe(1)
})

test('dedup=none posts again, and the audit shows the breach', async () => {
  await bench.admin.setBehaviours({ dedup: 'none' })
  const frozen = posting()
  await post(frozen)
  await post(frozen)
  const audit = await bench.admin.audit()
  expect(audit.serials).toMatchObject([{ serial: frozen.transactionSerial, applyCount: 2, payments: 2 }])
  expect(audit.invariants.appliedOnce).toEqual({ holds: false, breaches: [frozen.transactionSerial] })
  expect(audit.invariants.moneyMoved.holds).toBe(true)
})

test('without a query by serial the payment history tells, by the serial alone', async () => {
  await bench.admin.setBehaviours({ query: 'none' })
  const frozen = posting()
  expect(await billing.queryPosting(frozen, options)).toEqual({ class: 'unknown', cause: 'unmappedCode', code: '9005' })
  const byHistory = connect(bench.url, [], {}, { query: 'history' })
  expect(await byHistory.queryPosting(frozen, options)).toMatchObject({ data: { postingState: 'notFound' } })
  await post(frozen)
  // The same amount to the same account in the same second is another card's.
  expect(await byHistory.queryPosting(posting(), options)).toMatchObject({ data: { postingState: 'notFound' } })
  expect(await byHistory.queryPosting(frozen, options)).toMatchObject({
    data: { postingState: 'posted', posted: { transactionSerial: frozen.transactionSerial } },
  })
  const blind = connect(bench.url, [], {}, { query: 'none', close: 'none', reversal: 'none' })
  expect(await blind.queryPosting(frozen, options)).toMatchObject({ reason: 'misDown', stage: 'notSent' })
  expect(await blind.closeSerial(frozen, options)).toMatchObject({ reason: 'misDown', stage: 'notSent' })
  await Promise.all([byHistory.close(), blind.close()])
})

test('close=none cannot be asked to close', async () => {
  await bench.admin.setBehaviours({ close: 'none' })
  const frozen = posting()
  expect(await billing.closeSerial(frozen, options)).toEqual({ class: 'unknown', cause: 'unmappedCode', code: '9005' })
  expect(await post(frozen)).toMatchObject({ class: 'accepted' })
})

test('enforceExpiry=false takes what comes late', async () => {
  await bench.admin.setBehaviours({ enforceExpiry: false })
  expect(await billing.postRecharge(posting(), instantOf(Date.now() - 60_000), options)).toMatchObject({
    class: 'accepted',
  })
})

test('itemsRequired wants the bills by name, as they are', async () => {
  await bench.admin.setBehaviours({ itemsRequired: true })
  const accountNo = '4101000001'
  expect(await post(posting({ accountNo }))).toMatchObject({ class: 'refused', reason: 'formatError' })
  const bills = await billing.billsDue({ accountNo, page: 1 }, options)
  if (bills.class !== 'accepted') throw new Error('no bills')
  const items = bills.data.lines.map(({ billId, month, amountFen, lateFeeFen }) => ({
    billId,
    month,
    amountFen,
    lateFeeFen,
  }))
  const [first, ...rest] = items
  if (!first) throw new Error('no bill')
  const changed = [{ ...first, amountFen: first.amountFen + 1 }, ...rest]
  expect(await post(posting({ accountNo, items: changed }))).toMatchObject({ class: 'refused', reason: 'billChanged' })
  expect(await post(posting({ accountNo, items }))).toMatchObject({ class: 'accepted' })
})

test('dayControl=signIn posts between sign-in and sign-out alone, and each sign-in opens a later day', async () => {
  await bench.admin.setBehaviours({ dayControl: 'signIn' })
  expect(await post(posting())).toMatchObject({ class: 'refused', reason: 'dayClosed' })
  const today = dateOf(Date.now())
  expect(await billing.signIn(options)).toMatchObject({ data: { acctDate: today } })
  expect(await post(posting())).toMatchObject({ data: { settleDate: today } })
  expect(await billing.signOut(options)).toMatchObject({ data: { acctDate: today } })
  expect(await billing.heartbeat(options)).toMatchObject({ data: { acctDate: today, dayState: 'cut' } })
  expect(await post(posting())).toMatchObject({ class: 'refused', reason: 'dayClosed' })
  await billing.signIn(options)
  const tomorrow = await post(posting())
  expect(tomorrow.class === 'accepted' && tomorrow.data.settleDate > today).toBe(true)
})

test('after the cut a posting settles on the next day, and the day before can no longer be reversed', async () => {
  const before = posting()
  await post(before)
  const cut = await bench.admin.cutDay()
  expect(cut).toEqual({ acctDate: before.acctDate, dayState: 'cut' })
  const after = await post(posting())
  expect(after.class === 'accepted' && after.data.settleDate > cut.acctDate).toBe(true)
  const reversal = {
    transactionSerial: posting().transactionSerial,
    ...{ originalTransactionSerial: before.transactionSerial, originalAcctDate: before.acctDate },
    ...{ accountNo: before.accountNo, amountFen: before.amountFen, reason: '', approver1: 'wang', approver2: 'li' },
  }
  expect(await billing.reverse(reversal, options)).toMatchObject({ class: 'refused', reason: 'notSameDay' })
  await bench.admin.finishDay(cut.acctDate)
  expect(await billing.dayTotals(cut.acctDate, options)).toMatchObject({ data: { postedCount: 1, dayState: 'final' } })
})
