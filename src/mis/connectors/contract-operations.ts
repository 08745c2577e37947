// Contract: every operation does what it says.

import { expect, test } from 'vitest'
import { type Bench, data, options, reversalOf } from './contract-bench.ts'

export function reads({ billing, posting, post, admin }: Bench): void {
  test('finds an account as the billing system has it', async () => {
    const found = data(await billing().findAccount('4101000001', options))
    const shown = await admin().account('4101000001')
    expect(found).toMatchObject({ accountNo: '4101000001', name: shown?.name, status: 'normal', disconnected: false })
    expect([found.balanceFen, found.dueFen, found.lateFeeFen]).toEqual([
      shown?.balanceFen,
      shown?.dueFen,
      shown?.lateFeeFen,
    ])
    expect(found.acceptance).toEqual({
      ...{ canPay: true, minFen: 1, maxFen: 999_999_999_999 },
      ...{ partialAllowed: true, prepayAllowed: true },
    })
  })

  test.each([
    ['4101000000012', 13],
    ['0101000011', 10],
  ])('an account number keeps its length and its zeros: %s', async (accountNo, length) => {
    const found = data(await billing().findAccount(accountNo, options))
    expect(found.accountNo).toBe(accountNo)
    expect(found.accountNo).toHaveLength(length)
    const frozen = posting({ accountNo, amountFen: 100 })
    expect(data(await post(frozen)).transactionSerial).toBe(frozen.transactionSerial)
    expect((await admin().ledger(frozen.transactionSerial)).payments).toMatchObject([{ accountNo, amountFen: 100 }])
  })

  test.each(['4101000008', '4101000009'])('rare characters and long names shift nothing: %s', async accountNo => {
    const found = data(await billing().findAccount(accountNo, options))
    const shown = await admin().account(accountNo)
    expect(found).toMatchObject({ accountNo, dueFen: shown?.dueFen, orgName: shown?.orgName, status: 'normal' })
    const frozen = posting({ accountNo, amountFen: 100 })
    expect(data(await post(frozen)).misRef).toMatch(/^\w+$/)
  })

  test('bills: totals of all pages, oldest first, a span of months', async () => {
    const accountNo = '4101000001'
    const page = data(await billing().billsDue({ accountNo, page: 1 }, options))
    const sum = (pick: (line: (typeof page.lines)[number]) => number) =>
      page.lines.reduce((all, line) => all + pick(line), 0)
    expect(page.lines.map(line => line.month)).toEqual(page.lines.map(line => line.month).toSorted())
    expect([sum(line => line.amountFen), sum(line => line.lateFeeFen)]).toEqual([
      page.totalDueFen,
      page.totalLateFeeFen,
    ])
    const month = page.lines[0]?.month ?? ''
    const span = data(await billing().billsDue({ accountNo, fromMonth: month, toMonth: month, page: 1 }, options))
    expect(span.lines.map(line => line.month)).toEqual([month])
    expect(span.totalDueFen).toBe(page.totalDueFen)
  })

  test('payments: pages, newest first', async () => {
    const first = data(await billing().paymentHistory({ accountNo: '4101000001', page: 1 }, options))
    const second = data(await billing().paymentHistory({ accountNo: '4101000001', page: 2 }, options))
    expect([first.lines.length, first.hasMore]).toEqual([20, true])
    const moments = [...first.lines, ...second.lines].map(line => line.date + line.time)
    expect(moments).toEqual(moments.toSorted().reverse())
    expect(second.hasMore).toBe(false)
  })
}

export function postings({ billing, posting, post, admin }: Bench): void {
  test('a posting pays late fees and bills, oldest first, and shows in history, query and totals', async () => {
    const accountNo = '4101000007'
    const frozen = posting({ accountNo, amountFen: 9_000 })
    const totals = data(await billing().dayTotals(frozen.acctDate, options))
    const posted = data(await post(frozen))
    expect(posted).toMatchObject({
      transactionSerial: frozen.transactionSerial,
      settleDate: frozen.acctDate,
      settled: { billsFen: 8_730, lateFeeFen: 270, prepaidFen: 0 },
      notices: ['reconnectNeeded'],
    })
    expect(data(await billing().queryPosting(frozen, options))).toEqual({ postingState: 'posted', posted })
    const history = data(await billing().paymentHistory({ accountNo, page: 1 }, options))
    expect(history.lines[0]).toMatchObject({
      transactionSerial: frozen.transactionSerial,
      amountFen: 9_000,
      kind: 'card',
    })
    expect(data(await billing().dayTotals(frozen.acctDate, options))).toMatchObject({
      postedCount: totals.postedCount + 1,
      postedFen: totals.postedFen + 9_000,
      reversedCount: totals.reversedCount,
      dayState: 'open',
    })
  })

  test('heartbeat, sign-in and sign-out tell the accounting date', async () => {
    const { acctDate, serverTime, dayState } = data(await billing().heartbeat(options))
    expect(serverTime.slice(0, 8) <= acctDate).toBe(true)
    expect(dayState).toBe('open')
    expect(data(await billing().signIn(options)).acctDate).toBe(acctDate)
    expect(data(await billing().signOut(options)).acctDate).toBe(acctDate)
  })

  test('a reversal takes the whole back once, and only that posting', async () => {
    const frozen = posting({ accountNo: '4101000001', amountFen: 12_345 })
    const before = await admin().account('4101000001')
    await post(frozen)
    const reversal = reversalOf(frozen, posting())
    const answer = data(await billing().reverse(reversal, options))
    expect(answer).toMatchObject({ transactionSerial: reversal.transactionSerial, settleDate: frozen.acctDate })
    expect(await admin().account('4101000001')).toEqual(before)
    expect(data(await billing().reverse(reversal, options))).toEqual(answer)
    expect(await billing().reverse(reversalOf(frozen, posting()), options)).toMatchObject({ reason: 'alreadyReversed' })
    expect(data(await billing().queryPosting(frozen, options)).postingState).toBe('reversed')
    const asked = { ...frozen, transactionSerial: reversal.transactionSerial }
    expect(data(await billing().queryPosting(asked, options))).toMatchObject({
      postingState: 'posted',
      posted: { misRef: answer.misRef },
    })
    expect(data(await post(frozen)).notices).toContain('reversed')
    expect((await admin().ledger(frozen.transactionSerial)).reversals).toHaveLength(1)
  })
}
