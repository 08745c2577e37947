// The data a new reference billing system begins with: the same accounts and bills for the same seed and month.

import { mostFen } from '../wire/fen.ts'
import { addDays } from '../wire/time.ts'
import { createRandom, type Random } from './random.ts'
import { inventAddress, inventName, orgs } from './seed-people.ts'
import { special } from './seed-special.ts'

export interface SeedAccount {
  account_no: string
  name: string
  address: string
  org_code: string
  org_name: string
  status: 'N' | 'C' | 'L' | 'K'
  balance_fen: number
  disconnected: boolean
  partial_ok: boolean
  prepay_ok: boolean
  max_fen: number
  special_no: number | null
}

export interface SeedBill {
  bill_id: string
  account_no: string
  month: string
  amount_fen: number
  late_fee_fen: number
  /** Paid before the books begin, as it was due. */
  paid: boolean
  energy: number
}

/** A payment of earlier times, outside the books. */
export interface SeedPayment {
  account_no: string
  amount_fen: number
  kind: 'hall' | 'bank' | 'other'
  date: string
  time: string
  mis_ref: string
}

export interface SeedData {
  accounts: SeedAccount[]
  bills: SeedBill[]
  payments: SeedPayment[]
}

export const accountCount = 1_000

/** `today`, yyyymmdd, dates the bills; half of the accounts have 13 digits. */
export function makeSeedData(seed: number, today: string): SeedData {
  const random = createRandom(seed)
  const data: SeedData = { accounts: [], bills: [], payments: [] }
  for (const [index, one] of special.entries()) {
    data.accounts.push({ ...invent(random, one.accountNo), ...one.differs, special_no: index + 1 })
    one.bills.forEach(([amount_fen, late_fee_fen], nth) => {
      addBill(data, one.accountNo, monthBefore(today, one.bills.length - nth), amount_fen, late_fee_fen, false)
    })
    addHistory(random, data, one.accountNo, today, one.payments)
  }
  const long = special.filter(one => one.accountNo.length === 13).length
  const numbers = [
    ...Array.from(
      { length: accountCount / 2 - special.length + long },
      (_, n) => `4101${String(101 + n).padStart(6, '0')}`,
    ),
    ...Array.from({ length: accountCount / 2 - long }, (_, n) => `4101${String(101 + n).padStart(9, '0')}`),
  ]
  for (const accountNo of numbers) addOrdinary(random, data, accountNo, today)
  return data
}

function invent(random: Random, accountNo: string): Omit<SeedAccount, 'special_no'> {
  const [org_code, org_name] = random.pick(orgs)
  return {
    ...{ account_no: accountNo, name: inventName(random), address: inventAddress(random), org_code, org_name },
    ...{ status: 'N', balance_fen: 0, disconnected: false, partial_ok: true, prepay_ok: true, max_fen: mostFen },
  }
}

function addOrdinary(random: Random, data: SeedData, accountNo: string, today: string): void {
  const account = invent(random, accountNo)
  const chance = random.whole(200)
  account.status = chance < 2 ? 'C' : chance < 4 ? 'L' : chance < 8 ? 'K' : 'N'
  account.partial_ok = random.whole(20) > 0
  account.prepay_ok = random.whole(30) > 0
  const open = random.whole(4)
  account.disconnected = open === 3 && random.whole(10) === 0
  if (open === 0) account.balance_fen = random.whole(20_000)
  data.accounts.push({ ...account, special_no: null })
  for (let nth = 5; nth >= 1; nth -= 1) {
    const late = nth > 1 ? random.whole(300) : 0
    addBill(data, accountNo, monthBefore(today, nth), 2_000 + random.whole(18_000), late, nth > open)
  }
  addHistory(random, data, accountNo, today, random.whole(3))
}

function addBill(data: SeedData, account: string, month: string, amount: number, late: number, paid: boolean): void {
  data.bills.push({
    bill_id: `B${String(data.bills.length + 1).padStart(9, '0')}`,
    account_no: account,
    ...{ month, amount_fen: amount, late_fee_fen: late, paid },
    // About 0.56 yuan for a kilowatt-hour; energy is in hundredths of one.
    energy: Math.round((amount * 100) / 56),
  })
}

function addHistory(random: Random, data: SeedData, accountNo: string, today: string, count: number): void {
  for (let nth = 0; nth < count; nth += 1) {
    data.payments.push({
      account_no: accountNo,
      amount_fen: 1_000 * (1 + random.whole(20)),
      kind: random.pick(['hall', 'bank', 'other']),
      date: addDays(today, -20 - 31 * nth - random.whole(10)),
      time: `${String(9 + random.whole(8)).padStart(2, '0')}${String(random.whole(60)).padStart(2, '0')}00`,
      mis_ref: `H${String(data.payments.length + 1).padStart(11, '0')}`,
    })
  }
}

/** yyyymm so many months before the date's. */
function monthBefore(date: string, months: number): string {
  const count = Number(date.slice(0, 4)) * 12 + Number(date.slice(4, 6)) - 1 - months
  return `${Math.floor(count / 12)}${String((count % 12) + 1).padStart(2, '0')}`
}
