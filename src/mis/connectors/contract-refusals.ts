// Contract: every reason for a no, told in time and moving nothing.

import { expect, test } from 'vitest'
import { instantOf, parseInstant } from '../wire/time.ts'
import { type Bench, data, options, reversalOf } from './contract-bench.ts'

export function accountRefusals({ billing, posting, post, appliedTo, admin }: Bench): void {
  test.each([
    ['4101000003', 'closed', 'accountClosed'],
    ['4101000004', 'locked', 'accountLocked'],
    ['4101000005', 'cardMeter', 'cardMeter'],
  ])('account %s (%s) is told at the read-back and refused at the posting', async (accountNo, status, reason) => {
    const found = data(await billing().findAccount(accountNo, options))
    expect(found).toMatchObject({ status, acceptance: { canPay: false, reason } })
    const frozen = posting({ accountNo })
    expect(await post(frozen)).toMatchObject({ class: 'refused', reason, stage: 'answered' })
    expect(data(await billing().queryPosting(frozen, options))).toMatchObject({ postingState: 'refused', reason })
    expect(await appliedTo(frozen)).toBe(0)
  })

  test('an account that takes the whole or nothing', async () => {
    const found = data(await billing().findAccount('4101000006', options))
    expect(found.dueFen).toBe(38_000)
    expect(found.acceptance).toMatchObject({ canPay: true, minFen: 38_000, partialAllowed: false })
    expect(await post(posting({ accountNo: '4101000006', amountFen: 5_000 }))).toMatchObject({ reason: 'belowDue' })
    const whole = posting({ accountNo: '4101000006', amountFen: 38_000 })
    expect(data(await post(whole)).settled).toEqual({ billsFen: 38_000, lateFeeFen: 0, prepaidFen: 0 })
    data(await billing().reverse(reversalOf(whole, posting()), options))
  })

  test('an account with a limit', async () => {
    const found = data(await billing().findAccount('4101000010', options))
    expect(found.acceptance.maxFen).toBe(10_000)
    const frozen = posting({ accountNo: '4101000010', amountFen: 10_001 })
    expect(await post(frozen)).toMatchObject({ class: 'refused', reason: 'aboveLimit' })
    data(await post(posting({ accountNo: '4101000010', amountFen: 10_000 })))
  })

  test('an account that takes nothing in advance', async () => {
    const accountNo = '4101900001'
    await admin().setAccount({ accountNo, prepayAllowed: false })
    const found = data(await billing().findAccount(accountNo, options))
    expect(found.acceptance).toMatchObject({ canPay: false, reason: 'nothingDue' })
    expect(await post(posting({ accountNo }))).toMatchObject({ class: 'refused', reason: 'nothingDue' })
    await admin().addBill({ accountNo, month: '202601', amountFen: 3_000 })
    expect(await post(posting({ accountNo }))).toMatchObject({ class: 'refused', reason: 'prepayNotAllowed' })
    data(await post(posting({ accountNo, amountFen: 3_000 })))
  })

  test('an account nobody has', async () => {
    const accountNo = '9999999999'
    const missing = { class: 'refused', reason: 'accountNotFound', stage: 'answered' }
    expect(await billing().findAccount(accountNo, options)).toMatchObject(missing)
    expect(await billing().billsDue({ accountNo, page: 1 }, options)).toMatchObject(missing)
    expect(await billing().paymentHistory({ accountNo, page: 1 }, options)).toMatchObject(missing)
    expect(await post(posting({ accountNo }))).toMatchObject(missing)
  })
}

export function messageRefusals({ billing, posting, post, appliedTo, admin }: Bench): void {
  test('a message the wire cannot carry is not sent', async () => {
    const notSent = { class: 'refused', reason: 'formatError', stage: 'notSent' }
    for (const wrong of [{ amountFen: 0 }, { amountFen: 10.5 }, { accountNo: '123' }, { acctDate: '20260230' }]) {
      expect(await post(posting(wrong))).toMatchObject(notSent)
    }
  })

  test('past its expiry a posting is refused and forgotten', async () => {
    const frozen = posting()
    const past = instantOf((parseInstant((await admin().clock()).now) ?? 0) - 1)
    expect(await billing().postRecharge(frozen, past, options)).toMatchObject({ class: 'refused', reason: 'expired' })
    expect(data(await billing().queryPosting(frozen, options)).postingState).toBe('notFound')
    data(await post(frozen))
    // A serial that was posted is answered with its first outcome, also when it comes late.
    expect(data(await billing().postRecharge(frozen, past, options)).misRef).not.toBe('')
    expect(await appliedTo(frozen)).toBe(1)
  })

  test('a date too far from the billing system’s own', async () => {
    const year = Number(posting().acctDate.slice(0, 4)) - 1
    expect(await post(posting({ acctDate: `${year}0601` }))).toMatchObject({ class: 'refused', reason: 'dayClosed' })
  })

  test('reversals that do not fit their posting', async () => {
    const frozen = posting()
    const other = posting({ accountNo: '4101000001' })
    await post(frozen)
    const reverse = (changes: Partial<ReturnType<typeof reversalOf>>) =>
      billing().reverse({ ...reversalOf(frozen, posting()), ...changes }, options)
    expect(await reverse({ originalTransactionSerial: other.transactionSerial })).toMatchObject({
      reason: 'originalNotFound',
    })
    expect(await reverse({ amountFen: frozen.amountFen - 1 })).toMatchObject({ reason: 'reversalMismatch' })
    expect(await reverse({ accountNo: '4101000001' })).toMatchObject({ reason: 'reversalMismatch' })
    expect(data(await billing().queryPosting(frozen, options)).postingState).toBe('posted')
  })
}
