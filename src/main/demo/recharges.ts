// Recharges as they went: which card, when, and what the billing system made of them.

import { plainDate } from './calendar.ts'
import type { Use } from './demand.ts'
import type { PlanDocument } from './ledger.ts'
import { type Customer, nth, outletPlace, type Setting } from './setting.ts'
import type { Stocks } from './stocks.ts'

export interface PlanRecharge {
  /** Given when the plan is whole. */
  rechargeId: number
  ms: number
  number: number
  faceValueFen: number
  batch: PlanDocument
  from: { state: string; holderId: number }
  customer: Customer
  channel: 'voice' | 'sms' | 'web' | 'desk'
  caller: string | null
  /** Made in the call of the recharge before it. */
  another: boolean
  callId: string | null
  state: 'succeeded' | 'failed' | 'doubtful'
  /** Taken while the billing system was away, and posted later. */
  owed: boolean
  reason: string | null
  settledMs: number
  /** The card counts as used from here on. */
  stampedMs: number
  balanceFen: number
}

/** Why the billing system refuses, with its code. */
export const refusals = [
  ['accountLocked', '1103'],
  ['accountClosed', '1102'],
  ['prepayNotAllowed', '1108'],
  ['belowDue', '1106'],
] as const

export interface Recharges {
  all: PlanRecharge[]
  /** The uses of a day, with whatever went wrong that day. */
  day(uses: readonly Use[], day: number): void
}

/** Days with a recharge taken while the billing system was away; how long it stayed away. */
const owedDays = [41, 83, 104, 139, 161] as const
const awayMs = 38 * 60_000
/** Yesterday's first, the others today. */
const doubtfulDays = [179, 180, 180] as const

export function createRecharges(setting: Setting, stocks: Stocks): Recharges {
  const { random, ledger, calendar, volume, outlets, places, customers } = setting
  const all: PlanRecharge[] = []
  const byAccount = new Map(customers.map(customer => [customer.accountNo, customer]))
  const owedOn = new Set<number>(owedDays.slice(0, volume.owed))
  const failedOn = Array.from({ length: volume.failed }, (_, n) => 22 + Math.floor((n * 156) / volume.failed))

  function one(use: Use, owed: boolean): void {
    const { faceValueFen } = use
    // Where no customer has such a card, it is bought at the hall for it.
    const seller = use.seller ?? (stocks.customers(faceValueFen).length === 0 ? 0 : null)
    const number = seller === null ? aCustomers(faceValueFen) : stocks.outlet(seller, faceValueFen).takeOne(random)
    const ms = calendar.at(use.day, use.minutes)
    const settledMs = Math.min(ms + 900 + random.whole(2_400) + (owed ? awayMs : 0), calendar.nowMs)
    const stampedMs = owed ? ms + 400 : settledMs
    const recharge = write(use, number, { ms, owed, settledMs, stampedMs })
    all.push(recharge)
    ledger.use(number, recharge, stampedMs, places.customer, places.used)
  }

  function aCustomers(faceValueFen: number): number {
    const cards = stocks.customers(faceValueFen)
    const place = random.whole(cards.length)
    const [number, last] = [cards[place], cards.pop()]
    if (number === undefined || last === undefined) throw new Error('no customer has a card')
    if (last !== number) cards[place] = last
    return number
  }

  function write(
    use: Use,
    number: number,
    times: Pick<PlanRecharge, 'ms' | 'owed' | 'settledMs' | 'stampedMs'>,
  ): PlanRecharge {
    const { batch, place } = ledger.card(number)
    const customer = byAccount.get(use.accountNo)
    if (!customer) throw new Error(`${use.accountNo} is an account`)
    const { faceValueFen, channel, caller, another } = use
    const balanceFen = faceValueFen + random.whole(120) * 100
    const ends = { state: 'succeeded' as const, reason: null, balanceFen }
    return {
      rechargeId: 0,
      number,
      faceValueFen,
      batch,
      from: place,
      customer,
      channel,
      caller,
      another,
      callId: null,
      ...ends,
      ...times,
    }
  }

  /** A card of a seller whose recharge does not succeed; it is the last of its stock, so that nobody else has it. */
  function unlucky(day: number, hour: number, state: 'failed' | 'doubtful'): void {
    const seller = random.whole(outlets.length)
    const faceValueFen = nth(volume.faces, random.whole(3)).faceValueFen
    const pool = stocks.outlet(seller, faceValueFen)
    const taken = pool.takeBack(1)
    const number = nth(taken, 0).first
    if (state === 'failed') pool.give(taken)
    const ms = calendar.at(day, hour * 60 + random.next() * 50)
    const accountNo = random.pick(customers).accountNo
    const caller = `139${String(random.whole(100_000_000)).padStart(8, '0')}`
    const use = { day, minutes: 0, faceValueFen, seller, accountNo, channel: 'voice' as const, caller, another: false }
    const settledMs = Math.min(ms + 1_500, calendar.nowMs)
    const recharge = write(use, number, { ms, owed: false, settledMs, stampedMs: settledMs })
    const [reason] = nth(refusals, all.length % refusals.length)
    all.push({
      ...recharge,
      from: outletPlace(nth(outlets, seller)),
      state,
      reason: state === 'failed' ? reason : 'timeout',
    })
  }

  return {
    all,
    day(uses, day) {
      const voice = uses.findIndex(use => use.channel === 'voice' && !use.another)
      for (const [place, use] of uses.entries()) one(use, owedOn.has(day) && place === voice)
      for (const _ of failedOn.filter(other => other === day)) unlucky(day, 11, 'failed')
      for (const _ of doubtfulDays.slice(0, volume.doubtful).filter(other => other === day))
        unlucky(day, 21, 'doubtful')
    },
  }
}

/** The billing system's number of what it booked. */
export const misRefOf = (rechargeId: number) => `D${String(rechargeId).padStart(11, '0')}`

/** County code, local day, ten digits of the recharge's number. */
export function transactionSerialOf(
  countyCode: string,
  { ms, rechargeId }: Pick<PlanRecharge, 'ms' | 'rechargeId'>,
): string {
  return `${countyCode}${plainDate(ms)}${String(rechargeId).padStart(10, '0')}`
}
