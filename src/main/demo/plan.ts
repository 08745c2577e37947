// The whole history of a county as plain arrays: the same for the same day, and written without asking the database.

import { daysBefore } from './calendar.ts'
import { callsOf, type PlanCall, pairCalls } from './calls.ts'
import { type Conditions, setConditions } from './conditions.ts'
import { createDemand } from './demand.ts'
import type { FinalRange, PlanDocument, PlanMovement } from './ledger.ts'
import { createMaking, type Making } from './making.ts'
import { createMoney, type Money } from './money.ts'
import { openDraws } from './open-draws.ts'
import { planQuantities } from './quantities.ts'
import { createRecharges, type PlanRecharge } from './recharges.ts'
import { type Booked, type PlanReconciliation, reconcile } from './reconciliation.ts'
import { type CountyFacts, createSetting, nth, type Setting } from './setting.ts'
import { createStocks, type Stocks } from './stocks.ts'
import { draw, purchase, sales, sellerReturn, stationReturn } from './trade.ts'
import { type Kept, voidsOf } from './voids.ts'

export interface Plan {
  setting: Setting
  making: Making
  documents: PlanDocument[]
  movements: PlanMovement[]
  ranges: FinalRange[]
  recharges: PlanRecharge[]
  custody: Kept[]
  money: Money
  calls(): Iterable<PlanCall>
  reconciliations: PlanReconciliation[]
  /** For the billing system. */
  booked: Booked[]
  conditions: Conditions
}

/** Ids go on from here. */
export interface FirstIds {
  documentId: number
  rechargeId: number
}

export function planCounty(facts: CountyFacts, nowMs: number, firstIds: FirstIds): Plan {
  const setting = createSetting(facts, nowMs)
  const { random, calendar, volume, outlets, customers, ledger } = setting
  const weights = outlets.map((outlet, place) =>
    outlet.kind === 'hall' ? 14 - 4 * place : outlet.portal ? 6 : 2 + ((place * 7) % 4),
  )
  const buyers = outlets.map((outlet, seller) => ({
    seller,
    weight: nth(weights, seller),
    entersSales: outlet.portal !== null,
  }))
  const accounts = customers.map(customer => customer.accountNo)
  const demand = createDemand(random, calendar, volume, buyers, accounts)
  const { purchases, draws } = planQuantities(setting, demand, weights)
  const making = createMaking(setting)
  const stocks = createStocks(setting, making.stock)
  const money = createMoney(setting)
  const recharges = createRecharges(setting, stocks)
  const custody: Kept[] = []
  for (let day = 0; day <= daysBefore; day += 1) {
    making.arrive(day)
    recharges.day(demand.uses[day] ?? [], day)
    for (const order of draws.filter(one => one.day === day)) draw(setting, stocks, order)
    for (const order of purchases.filter(one => one.day === day)) purchase(setting, stocks, money, order)
    if (day < daysBefore) sales(setting, stocks, demand, day)
    comeBack(setting, stocks, money, day)
    custody.push(...voidsOf(setting, stocks, day))
  }
  openDraws(setting, stocks)
  const conditions = setConditions(setting, stocks)
  const ordered = inOrder(recharges.all, recharge => recharge.ms)
  for (const [place, recharge] of ordered.entries()) recharge.rechargeId = firstIds.rechargeId + place
  const { days, booked } = reconcile(setting, ordered)
  const pairs = pairCalls(setting, ordered)
  const plan = {
    setting,
    making,
    calls: () => callsOf(setting, pairs, ordered),
    reconciliations: days,
    booked,
    conditions,
    documents: inOrder(ledger.documents, document => document.createdMs),
    movements: inOrder(ledger.movements, movement => movement.ms),
    ranges: ledger.ranges(),
    recharges: ordered,
    custody,
    money,
  }
  for (const [place, document] of plan.documents.entries()) document.documentId = firstIds.documentId + place
  numberDocuments(plan.documents, facts.code, calendar.dayOf, calendar.date)
  return plan
}

const inOrder = <T>(list: readonly T[], time: (one: T) => number) => [...list].sort((a, b) => time(a) - time(b))

/** The last station gave back nearly all cards of the highest value, and has run low of them. */
const lowStock = { day: daysBefore - 1, place: 5, left: 3 }

/** Now and then a seller or a station gives back a little of what it has most of; sellers on credit repay. */
function comeBack(setting: Setting, stocks: Stocks, money: Money, day: number): void {
  const { volume, outlets, stations, at } = setting
  const line = (pool: (face: number) => number, quantity: number) => {
    const [most] = [...volume.faces].sort((a, b) => pool(b.faceValueFen) - pool(a.faceValueFen))
    return most && pool(most.faceValueFen) > 4 * quantity ? [{ faceValueFen: most.faceValueFen, quantity }] : []
  }
  if (day >= daysBefore) return
  for (const [place, outlet] of outlets.entries()) {
    if (day > 20 && (day + place * 11) % 75 === 0) {
      const lines = line(face => stocks.outlet(place, face).size(), volume.purchaseStep)
      if (lines.length > 0) sellerReturn(setting, stocks, money, { day, place, lines })
    }
    if ((day + place) % 14 === 3) money.repay(place, nth(stations, outlet.station).person, at(day, 17, place))
  }
  for (const place of stations.keys()) {
    if (day > 30 && (day + place * 23) % 140 === 0) {
      const lines = line(face => stocks.station(place, face).size(), volume.drawStep)
      if (lines.length > 0) stationReturn(setting, stocks, { day, place, lines })
    }
  }
  if (day === lowStock.day) {
    const { faceValueFen } = nth(volume.faces, 3)
    const quantity = stocks.station(lowStock.place, faceValueFen).size() - lowStock.left
    if (quantity > 0)
      stationReturn(setting, stocks, { day, place: lowStock.place, lines: [{ faceValueFen, quantity }] })
  }
}

/** Numbers by kind and day in the order of submission, without gaps. */
function numberDocuments(
  documents: readonly PlanDocument[],
  countyCode: string,
  dayOf: (ms: number) => number,
  date: (day: number) => string,
): void {
  const last = new Map<string, number>()
  const numbered = documents.filter(document => document.numberedMs !== null)
  for (const document of inOrder(numbered, one => one.numberedMs ?? 0)) {
    const key = `${document.kind}${countyCode}${date(dayOf(document.numberedMs ?? 0)).replaceAll('-', '')}`
    const no = (last.get(key) ?? 0) + 1
    last.set(key, no)
    document.documentNo = `${key}${String(no).padStart(4, '0')}`
  }
}
