// Cards made void over the months (作废): damaged at the county, at stations, with sellers, lost by customers.

import type { Person, Place, PlanDocument, Range } from './ledger.ts'
import { nth, outletPlace, rangeLines, type Setting, stationPlace } from './setting.ts'
import type { Stocks } from './stocks.ts'

/** Void cards of a document in custody, in the keeping of the executor. */
export interface Kept {
  document: PlanDocument
  cards: { range: Range; faceValueFen: number }[]
  place: { location: string; keeper: { name: string; staffNo: string }; sealNo: string }
  keptMs: number
  operatorId: number
  destroyed: Destroyed | null
}

interface Destroyed {
  ms: number
  operatorId: number
  how: {
    on: string
    method: string
    witnesses: { name: string; staffNo: string }[]
    supervisor: { name: string; staffNo: string }
  }
}

interface Case {
  day: number
  level: 'county' | 'station' | 'seller' | 'customer'
  /** The station or seller. */
  place: number
  reason: 'printDefect' | 'pinLayerDamaged' | 'soiled' | 'lost'
  story: string
  /** Of the level's cards, one in so many. */
  parts: number
  nth: number
  /** Nothing physical is left of lost cards. */
  physical: boolean
  destroyed: boolean
}

const cases: readonly Case[] = [
  ...[34, 77, 133].map((day, nth) => ({
    ...{ day, level: 'county' as const, place: 0, reason: 'printDefect' as const, story: '开箱抽检发现印刷缺陷' },
    ...{ parts: 3, nth, physical: true, destroyed: nth < 2 },
  })),
  ...[46, 58, 91, 110, 142, 163].map((day, nth) => ({
    ...{ day, level: 'station' as const, place: nth, reason: 'soiled' as const, story: '库房受潮，卡面污损' },
    ...{ parts: 6, nth, physical: true, destroyed: nth < 3 },
  })),
  ...[67, 98, 126, 155].map((day, nth) => ({
    ...{
      day,
      level: 'seller' as const,
      place: nth * 3,
      reason: 'pinLayerDamaged' as const,
      story: '密码层被刮破，无法出售',
    },
    ...{ parts: 4, nth, physical: true, destroyed: false },
  })),
  ...[119, 168].map((day, nth) => ({
    ...{ day, level: 'customer' as const, place: 0, reason: 'lost' as const, story: '客户遗失充值卡，持购卡凭证报失' },
    ...{ parts: 2, nth, physical: false, destroyed: false },
  })),
]

const shareOf = { station: 0.3, seller: 0.2, customer: 0.1 } as const

/** The void cards of a face value that a level has; the county has the rest. */
function cardsOf(level: Case['level'], dead: number): number {
  const part = (name: keyof typeof shareOf) => Math.floor(dead * shareOf[name])
  return level === 'county' ? dead - part('station') - part('seller') - part('customer') : part(level)
}

const witnesses = [
  { name: '吴见证', staffNo: 'W001' },
  { name: '郑见证', staffNo: 'W002' },
]
const supervisor = { name: '李监销', staffNo: 'W003' }
const daysToDestruction = 9

export function voidsOf(setting: Setting, stocks: Stocks, day: number): Kept[] {
  return cases
    .filter(one => one.day === day)
    .map(one => voidCards(setting, stocks, one))
    .filter(kept => kept !== null)
}

function voidCards(setting: Setting, stocks: Stocks, one: Case): Kept | null {
  const { ledger, card, finance, finance2, holders, places, at, calendar } = setting
  const { day, level, story, nth: part, physical } = one
  const wanted = quantitiesOf(setting, one)
  if (wanted.length === 0) return null
  const station = level === 'station' || level === 'seller' ? nth(setting.stations, stationOf(setting, one)) : null
  const author = station?.person ?? finance2
  const document = ledger.open('ZF', author, station?.holderId ?? holders.county, at(day, 9, 30), { note: story })
  ledger.step(document, 'ZF', 'submit', author, at(day, 9, 40))
  ledger.step(document, 'ZF', 'approve', card, at(day, 14, 10))
  const ms = at(day, 19, 50)
  const [from, name] = holderOf(setting, one)
  for (const { faceValueFen, quantity } of wanted) {
    const ranges = taken(stocks, one, faceValueFen, quantity)
    ledger.move('void', ranges, from, places.void, { document, person: finance, ms })
    const lines = rangeLines(faceValueFen, ranges)
    document.lines.push(...lines.map(line => ({ ...line, result: from.state, note: name })))
  }
  ledger.step(document, 'ZF', 'execute', finance, ms)
  const place = {
    location: '县公司废卡柜',
    keeper: { name: finance.name, staffNo: finance.staffNo },
    sealNo: `FQ${day}${part}`,
  }
  document.body = {
    ...{ reason: one.reason, physical, story, custody: physical ? place : null },
    ...treatment(one, author),
    holders: [{ holderId: from.holderId, name, state: from.state }],
  }
  if (!physical) return null
  const cards = document.lines.flatMap(({ range, faceValueFen }) => (range ? [{ range, faceValueFen }] : []))
  const kept = { document, cards, place, keptMs: ms, operatorId: finance.operatorId }
  if (!one.destroyed) return { ...kept, destroyed: null }
  const destroyedMs = at(day + daysToDestruction, 10, 0)
  ledger.step(document, 'ZF', 'destroy', finance2, destroyedMs)
  const how = { on: calendar.date(day + daysToDestruction), method: '粉碎', witnesses, supervisor }
  return { ...kept, destroyed: { ms: destroyedMs, operatorId: finance2.operatorId, how } }
}

/** A case's part of what its level has void cards of; a small county may have none for it. */
function quantitiesOf({ volume }: Setting, { level, parts, nth: part }: Case) {
  return volume.faces.flatMap(({ faceValueFen, void: dead }) => {
    const all = cardsOf(level, dead)
    const quantity = Math.floor(((part + 1) * all) / parts) - Math.floor((part * all) / parts)
    return quantity === 0 ? [] : [{ faceValueFen, quantity }]
  })
}

/** Active cards are money; for inactive ones somebody answers. */
function treatment({ level }: Case, author: Person) {
  const active = level === 'seller' || level === 'customer'
  if (!active) return { money: null, responsible: { name: author.name, staffNo: author.staffNo } }
  return { money: { treatment: 'writeOff', reference: '公司核销审批' }, responsible: null }
}

const stationOf = (setting: Setting, { level, place }: Case) =>
  level === 'station' ? place : nth(setting.outlets, place).station

function holderOf(setting: Setting, { level, place }: Case): [Place, string] {
  const { places, stations, outlets } = setting
  if (level === 'county') return [places.county, '县公司']
  if (level === 'customer') return [places.customer, '客户']
  const [station, outlet] = [stations[place], outlets[place]]
  if (level === 'station' && station) return [stationPlace(station), station.name]
  if (outlet) return [outletPlace(outlet), outlet.name]
  throw new Error(`there is no ${level} ${place}`)
}

function taken(stocks: Stocks, { level, place }: Case, faceValueFen: number, quantity: number): Range[] {
  if (level === 'county') return stocks.county(faceValueFen).takeBack(quantity)
  if (level === 'station') return stocks.station(place, faceValueFen).takeBack(quantity)
  if (level === 'seller') return stocks.outlet(place, faceValueFen).takeBack(quantity)
  const cards = stocks.customers(faceValueFen)
  return cards
    .splice(0, quantity)
    .sort((a, b) => a - b)
    .map(number => ({ first: number, last: number }))
}
