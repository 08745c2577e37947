// Rules without a database: spreading a payment, accepting it, masking, and the seed.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { acceptanceOf, refusalOf } from './acceptance.ts'
import { allocate } from './allocate.ts'
import { createRandom } from './random.ts'
import { makeSeedData } from './seed-data.ts'
import { maskFields } from './wire-log.ts'

const fen = (max: number) => fc.integer({ min: 0, max })
const bills = fc.array(fc.record({ bill_id: fc.string(), due_fen: fen(20_000), late_fee_fen: fen(500) }), {
  maxLength: 6,
})

test('every fen is spread, nothing is overpaid, and no bill is touched before an older one is paid', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), bills, (amountFen, open) => {
      const named = open.map((bill, nth) => ({ ...bill, bill_id: `B${nth}` }))
      const spread = allocate(amountFen, named)
      expect(spread.billsFen + spread.lateFeeFen + spread.prepaidFen).toBe(amountFen)
      const lineOf = (id: string) =>
        spread.lines.find(line => line.bill_id === id) ?? { amount_fen: 0, late_fee_fen: 0 }
      let short = false
      for (const bill of named) {
        const line = lineOf(bill.bill_id)
        expect(line.amount_fen).toBeLessThanOrEqual(bill.due_fen)
        expect(line.late_fee_fen).toBeLessThanOrEqual(bill.late_fee_fen)
        if (short) expect(line.amount_fen + line.late_fee_fen).toBe(0)
        if (line.amount_fen > 0) expect(line.late_fee_fen).toBe(bill.late_fee_fen)
        short ||= line.amount_fen < bill.due_fen || line.late_fee_fen < bill.late_fee_fen
      }
      expect(spread.prepaidFen === 0 || !short).toBe(true)
    }),
  )
})

test('what the read-back promises, the posting keeps', () => {
  const account = fc.record({
    status: fc.constantFrom('N', 'C', 'L', 'K'),
    partial_ok: fc.boolean(),
    prepay_ok: fc.boolean(),
    max_fen: fc.integer({ min: 1, max: 50_000 }),
  })
  fc.assert(
    fc.property(account, fen(60_000), fc.integer({ min: 1, max: 60_000 }), (facts, owedFen, amountFen) => {
      const { canPay, minFen, maxFen } = acceptanceOf(facts, owedFen)
      const promised = canPay && amountFen >= minFen && amountFen <= maxFen
      expect(refusalOf(facts, owedFen, amountFen) === undefined).toBe(promised)
    }),
  )
})

test('the log keeps known members alone, and no digits that could be a card’s', () => {
  const masked = maskFields({
    ...{ accountNo: '4101000001', name: '王建国', pin: '123456789012', operator: '123456789012', cardTail: '0042' },
    ...{
      serial: '410123202601050000000042',
      reason: '卡号001300000120',
      data: { accountNo: '4101000000012', misRef: 'R1' },
    },
  })
  expect(masked).toEqual({
    ...{ accountNo: '410********12', name: '王**', cardTail: '0042', serial: '410123202601050000000042', misRef: 'R1' },
  })
})

test('the same seed makes the same thousand accounts, half of them of 13 digits', () => {
  const data = makeSeedData(5, '20260105')
  expect(makeSeedData(5, '20260105')).toEqual(data)
  expect(makeSeedData(6, '20260105')).not.toEqual(data)
  expect(new Set(data.accounts.map(account => account.account_no)).size).toBe(1_000)
  expect(data.accounts.filter(account => account.account_no.length === 13)).toHaveLength(500)
  const months = new Set(data.bills.map(bill => bill.month))
  expect([...months].toSorted()).toEqual(['202508', '202509', '202510', '202511', '202512'])
})

test('random numbers go on where they were', () => {
  const first = createRandom(3)
  first.next()
  const second = createRandom(first.state())
  expect([second.next(), second.next()]).toEqual([first.next(), first.next()])
})
