// What a county's history is written from: its places and people as the database knows them, the clock, chance.

import { createRandom, type Random } from '../../mis/simulator/random.ts'
import { type Calendar, createCalendar } from './calendar.ts'
import { createLedger, type Ledger, type Person, type Place, type Range, sizeOf } from './ledger.ts'
import type { Volume } from './volume.ts'

export interface Station {
  holderId: number
  name: string
  person: Person
}

/** A seller or hall. */
export interface OutletPlace {
  holderId: number
  name: string
  kind: 'seller' | 'hall'
  /** Its station's place among the stations. */
  station: number
  /** Whoever enters its sales to customers, if it does. */
  portal: Person | null
}

export interface Customer {
  accountNo: string
  name: string
}

export interface CountyFacts {
  countyId: number
  code: string
  hotlineNumber: string
  holders: { county: number; customer: number; account: number; custody: number }
  stations: readonly Station[]
  outlets: readonly OutletPlace[]
  card: Person
  finance: Person
  finance2: Person
  manufacturerId: number
  /** Accounts of the billing system that take any card. */
  customers: readonly Customer[]
  volume: Volume
  seed: number
}

export interface Setting extends CountyFacts {
  random: Random
  calendar: Calendar
  ledger: Ledger
  at(day: number, hour: number, minute?: number): number
  places: { county: Place; customer: Place; void: Place; used: { state: 'used'; holderId: number } }
}

export function createSetting(facts: CountyFacts, nowMs: number): Setting {
  const { county, customer, account, custody } = facts.holders
  const calendar = createCalendar(nowMs)
  return {
    ...facts,
    random: createRandom(facts.seed),
    calendar,
    ledger: createLedger(facts.countyId),
    at: (day, hour, minute = 0) => calendar.at(day, hour * 60 + minute),
    places: {
      county: { state: 'county', holderId: county },
      customer: { state: 'customer', holderId: customer },
      void: { state: 'void', holderId: custody },
      used: { state: 'used', holderId: account },
    },
  }
}

export const stationPlace = (station: Station): Place => ({ state: 'station', holderId: station.holderId })
export const outletPlace = (outlet: OutletPlace): Place => ({ state: 'seller', holderId: outlet.holderId })

/** Lines of a document for ranges of one face value. */
export function rangeLines(faceValueFen: number, ranges: readonly Range[]) {
  return ranges.map(range => ({ faceValueFen, quantity: sizeOf(range), range }))
}

/** The member of a list; the plan is wrong where it is not there. */
export function nth<T>(list: readonly T[], place: number): T {
  const found = list[place]
  if (found === undefined) throw new Error(`a list of ${list.length} has no member ${place}`)
  return found
}
