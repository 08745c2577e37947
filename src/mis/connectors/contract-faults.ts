// Contract: each fault of the billing system is classed as what it is, and money moves once or not at all.

import { expect, test } from 'vitest'
import type { FrozenPosting } from '../connector.ts'
import type { NewFault } from '../simulator/admin-client.ts'
import { type Bench, data, options, reversalOf } from './contract-bench.ts'

/** For calls that are to stay unanswered. */
const short = { timeoutMs: 400 }
const longer = 900
/** Time enough for a question in between on a busy machine. */
const longest = 2_500

const orderOn = (admin: Bench['admin']) => (frozen: FrozenPosting, fault: NewFault) =>
  admin().addFault({ ...fault, match: { op: 'postRecharge', serial: frozen.transactionSerial, ...fault.match } })

export function silences({ billing, posting, post, appliedTo, admin }: Bench): void {
  const order = orderOn(admin)
  const eventually = async (frozen: FrozenPosting, applied: number) => {
    for (let tries = 0; tries < 100 && (await appliedTo(frozen)) < applied; tries += 1) {
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    return appliedTo(frozen)
  }

  const unanswered: [string, NewFault, number][] = [
    ['slow before', { name: 'slow', params: { delayMs: longer } }, 1],
    ['slow after', { name: 'slow', params: { delayMs: longer, stage: 'afterApply' } }, 1],
    ['request lost', { name: 'dropRequest' }, 0],
    ['answer lost', { name: 'dropReply' }, 1],
    ['delivered late', { name: 'delayedDelivery', params: { delayMs: longer } }, 1],
    ['half an answer', { name: 'halfReply' }, 1],
  ]
  test.each(unanswered)('silence is unknown: %s', async (_, fault, applied) => {
    const frozen = posting()
    await order(frozen, fault)
    expect(await post(frozen, short)).toEqual({ class: 'unknown', cause: 'timeout' })
    expect(await eventually(frozen, applied)).toBe(applied)
    const state = data(await billing().queryPosting(frozen, options)).postingState
    expect(state).toBe(applied === 1 ? 'posted' : 'notFound')
  })

  test('a message parked on the way is not found before it arrives, and is posted after', async () => {
    const frozen = posting()
    await order(frozen, { name: 'delayedDelivery', params: { delayMs: longest } })
    expect(await post(frozen, { timeoutMs: 200 })).toMatchObject({ class: 'unknown' })
    expect(data(await billing().queryPosting(frozen, options)).postingState).toBe('notFound')
    expect(await eventually(frozen, 1)).toBe(1)
  })

  test('a posting that is being handled is in progress', async () => {
    const frozen = posting()
    await order(frozen, { name: 'slow', params: { delayMs: longest } })
    const answer = post(frozen)
    await new Promise(resolve => setTimeout(resolve, 200))
    expect(data(await billing().queryPosting(frozen, options)).postingState).toBe('inProgress')
    data(await answer)
  })

  const broken: [NewFault, number][] = [
    [{ name: 'closeBefore' }, 0],
    [{ name: 'closeAfter' }, 1],
  ]
  test.each(broken)('a broken connection is unknown: %o', async (fault, applied) => {
    const frozen = posting()
    await order(frozen, fault)
    expect(await post(frozen)).toEqual({ class: 'unknown', cause: 'broken' })
    expect(await appliedTo(frozen)).toBe(applied)
  })

  const harmless: NewFault[] = [
    { name: 'duplicateReply', params: { count: 3 } },
    { name: 'duplicateDelivery' },
    { name: 'slow', params: { delayMs: 50 } },
    { name: 'notSignedIn' },
  ]
  test.each(harmless)('the posting is accepted all the same: %o', async fault => {
    const frozen = posting()
    await order(frozen, fault)
    expect(data(await post(frozen)).transactionSerial).toBe(frozen.transactionSerial)
    expect(await appliedTo(frozen)).toBe(1)
    data(await post(posting()))
  })
}

export function wrongAnswers({ billing, posting, post, appliedTo, admin }: Bench, alarms: string[]): void {
  const order = orderOn(admin)

  const misleading: [NewFault, string, string, number][] = [
    [{ name: 'wrongCorrelation', params: { field: 'serial' } }, 'mismatch', 'mismatch', 1],
    [{ name: 'wrongCorrelation', params: { field: 'amount' } }, 'mismatch', 'mismatch', 1],
    [{ name: 'wrongCorrelation', params: { field: 'account' } }, 'mismatch', 'mismatch', 1],
    [{ name: 'errorCode', params: { code: '9001', applied: true } }, 'unmappedCode', 'unmappedCode', 1],
    [{ name: 'errorCode', params: { code: '9001', applied: false } }, 'unmappedCode', 'unmappedCode', 0],
    [{ name: 'badMac' }, 'badMac', 'badSignature', 1],
    [{ name: 'badMac', params: { field: 'missing' } }, 'badMac', 'badSignature', 1],
  ]
  test.each(misleading)(
    'an answer not to be believed is unknown, with an alarm: %o',
    async (fault, cause, alarm, applied) => {
      const frozen = posting()
      await order(frozen, fault)
      alarms.length = 0
      expect(await post(frozen)).toMatchObject({ class: 'unknown', cause })
      expect(alarms).toEqual([alarm])
      expect(await appliedTo(frozen)).toBe(applied)
    },
  )

  test.each<NewFault>([{ name: 'badFormat' }, { name: 'badFormat', params: { field: 'misRef' } }])(
    'an answer that cannot be read is unknown: %o',
    async fault => {
      const frozen = posting()
      await order(frozen, fault)
      expect(await post(frozen)).toMatchObject({ class: 'unknown', cause: 'badFormat' })
      expect(await appliedTo(frozen)).toBe(1)
    },
  )

  const refused: [NewFault, string, string[]][] = [
    [{ name: 'refuse', params: { code: '1103' } }, 'accountLocked', []],
    [{ name: 'busy' }, 'busyNotProcessed', []],
    [{ name: 'replayReject' }, 'replay', ['replay']],
  ]
  test.each(refused)('a refusal that says nothing was done: %o', async (fault, reason, alarm) => {
    const frozen = posting()
    await order(frozen, fault)
    alarms.length = 0
    expect(await post(frozen)).toMatchObject({ class: 'refused', reason, stage: 'answered' })
    expect(alarms).toEqual(alarm)
    expect(await appliedTo(frozen)).toBe(0)
    data(await post(frozen))
  })

  test('a query that fails is unavailable, and one that lies says so only for a while', async () => {
    const frozen = posting()
    await admin().addFault({ name: 'queryDown', match: { op: 'queryPosting', serial: frozen.transactionSerial } })
    data(await post(frozen))
    expect(await billing().queryPosting(frozen, options)).toMatchObject({ class: 'unknown' })
    const lie = { name: 'queryLies', params: { ms: longest }, match: { serial: frozen.transactionSerial } } as const
    const id = await admin().addFault(lie)
    expect(data(await billing().queryPosting(frozen, options)).postingState).toBe('notFound')
    await new Promise(resolve => setTimeout(resolve, longest + 100))
    expect(data(await billing().queryPosting(frozen, options)).postingState).toBe('posted')
    await admin().removeFault(id)
  })

  test('a bill that changed in between refuses the items that were named', async () => {
    const accountNo = '4101000001'
    const { lines } = data(await billing().billsDue({ accountNo, page: 1 }, options))
    const items = lines.map(({ billId, month, amountFen, lateFeeFen }) => ({ billId, month, amountFen, lateFeeFen }))
    const frozen = posting({ accountNo, amountFen: 100, items })
    await order(frozen, { name: 'billChange', params: { deltaFen: 250 } })
    expect(await post(frozen)).toMatchObject({ class: 'refused', reason: 'billChanged' })
    const anew = data(await billing().billsDue({ accountNo, page: 1 }, options))
    expect(anew.lines.at(-1)?.amountFen).toBe((lines.at(-1)?.amountFen ?? 0) + 250)
  })

  test('a posting on its way while the day is cut settles on the next date', async () => {
    const frozen = posting()
    await order(frozen, { name: 'dayCut' })
    expect(data(await post(frozen)).settleDate > frozen.acctDate).toBe(true)
    expect(data(await billing().dayTotals(frozen.acctDate, options)).dayState).toBe('cut')
    const today = posting()
    expect(await billing().reverse(reversalOf(frozen, today), options)).toMatchObject({ class: 'accepted' })
  })
}
