// What customers do from day to day: when cards are recharged, for whom and by which way; when they are bought.

import type { Random } from '../../mis/simulator/random.ts'
import { type Calendar, daysBefore } from './calendar.ts'
import type { Volume } from './volume.ts'

export interface Use {
  day: number
  /** Minutes after midnight. */
  minutes: number
  faceValueFen: number
  /** The seller it is used at; null for a card its customer bought earlier. */
  seller: number | null
  accountNo: string
  channel: 'voice' | 'sms' | 'web' | 'desk'
  caller: string | null
  /** Made in the call of the use before it. */
  another: boolean
}

export interface Outlet {
  /** Place among the sellers and halls. */
  seller: number
  weight: number
  /** Enters its sales to customers. */
  entersSales: boolean
}

export interface Demand {
  uses: readonly (readonly Use[])[]
  /** Cards used at a seller on a day. */
  usedAt(seller: number, faceValueFen: number, day: number): number
  /** Cards a seller sells by an entry on a day. */
  soldBy(seller: number, faceValueFen: number, day: number): number
}

const firstUse = 6
/** Of all uses, those of cards bought earlier. */
const boughtEarlier = 0.25
const firstBoughtEarlier = 21
const weekdays = [1.02, 0.93, 0.9, 0.9, 0.96, 1.12, 1.22] as const
/** Weights of the hours. */
const hours = [1, 0.5, 0.3, 0.2, 0.3, 1, 3, 6, 9, 11, 11, 8, 6, 6, 7, 8, 8, 9, 11, 13, 12, 8, 4, 2] as const

export function createDemand(
  random: Random,
  calendar: Calendar,
  volume: Volume,
  outlets: readonly Outlet[],
  accounts: readonly string[],
): Demand {
  const perDay = usesPerDay(random, calendar, volume)
  const faces = shuffled(
    random,
    volume.faces.flatMap(face => Array.from({ length: face.used }, () => face.faceValueFen)),
  )
  const pickSeller = weighted(
    random,
    outlets.map(outlet => outlet.weight),
  )
  const pickHour = weighted(random, hours)
  const used = new Map<string, number>()
  const uses = perDay.map((count, day) => {
    const minutes = Array.from({ length: count }, () => pickHour() * 60 + random.next() * 60).sort((a, b) => a - b)
    const ofDay: Use[] = []
    for (const minute of minutes) ofDay.push(oneUse(day, minute, ofDay.at(-1)))
    return ofDay
  })
  const sales = salesOf(volume, outlets)

  function oneUse(day: number, minutes: number, before: Use | undefined): Use {
    const faceValueFen = faces.pop() ?? 0
    const earlier = day >= firstBoughtEarlier && random.next() < boughtEarlier
    const seller = earlier ? null : pickSeller()
    if (seller !== null) add(used, seller, faceValueFen, day)
    const another = before?.channel === 'voice' && !before.another && random.next() < 0.03
    if (another && before) {
      const { accountNo, caller, channel } = before
      return { day, minutes: before.minutes + 1.2, faceValueFen, seller, accountNo, channel, caller, another }
    }
    const chance = random.next()
    const channel = chance < 0.93 ? 'voice' : chance < 0.96 ? 'sms' : chance < 0.98 ? 'web' : 'desk'
    const caller = channel === 'web' || channel === 'desk' ? null : telephone(random)
    return { day, minutes, faceValueFen, seller, accountNo: random.pick(accounts), channel, caller, another: false }
  }

  return {
    uses,
    usedAt: (seller, faceValueFen, day) => used.get(keyOf(seller, faceValueFen, day)) ?? 0,
    soldBy: (seller, faceValueFen, day) => sales.get(keyOf(seller, faceValueFen, day)) ?? 0,
  }
}

/** A mobile telephone of an invented customer. */
export function telephone(random: Random): string {
  return `1${random.pick(['38', '39', '50', '58', '59', '82', '87'])}${String(random.whole(100_000_000)).padStart(8, '0')}`
}

const keyOf = (seller: number, faceValueFen: number, day: number) => `${seller} ${faceValueFen} ${day}`

function add(map: Map<string, number>, seller: number, faceValueFen: number, day: number): void {
  const key = keyOf(seller, faceValueFen, day)
  map.set(key, (map.get(key) ?? 0) + 1)
}

/** Shares the uses out: slowly more of them, more before the weekend, and chance; today has the part that has passed. */
function usesPerDay(random: Random, calendar: Calendar, volume: Volume): number[] {
  const total = volume.faces.reduce((sum, face) => sum + face.used, 0)
  const weights = Array.from({ length: daysBefore + 1 }, (_, day) => {
    const growth = Math.min(1, (day - firstUse + 4) / 24) * (0.75 + (0.5 * day) / daysBefore)
    const weight = growth * (weekdays[calendar.weekday(day)] ?? 1) * (0.85 + 0.3 * random.next())
    if (day < firstUse) return 0
    return day === daysBefore ? weight * 0.4 : weight
  })
  const sum = weights.reduce((all, weight) => all + weight, 0)
  let passed = 0
  let given = 0
  return weights.map(weight => {
    passed += weight
    const count = Math.round((passed / sum) * total) - given
    given += count
    return count
  })
}

/** Sales by entry: as many as are used later or still with customers, evenly from day to day. */
function salesOf(volume: Volume, outlets: readonly Outlet[]): Map<string, number> {
  const sales = new Map<string, number>()
  const entering = outlets.filter(outlet => outlet.entersSales)
  const weights = entering.reduce((sum, outlet) => sum + outlet.weight, 0)
  for (const { faceValueFen, used, withCustomers, void: dead } of volume.faces) {
    const total = used * boughtEarlier + withCustomers + Math.floor(dead * 0.1)
    for (const { seller, weight } of entering) {
      for (let day = firstUse; day < daysBefore; day += 1) {
        const until = (at: number) =>
          Math.floor(((total * weight) / weights) * ((at - firstUse) / (daysBefore - firstUse)))
        const quantity = until(day + 1) - until(day)
        if (quantity > 0) sales.set(keyOf(seller, faceValueFen, day), quantity)
      }
    }
  }
  return sales
}

export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const mixed = [...list]
  for (let place = mixed.length - 1; place > 0; place -= 1) {
    const other = random.whole(place + 1)
    const [a, b] = [mixed[place], mixed[other]]
    if (a !== undefined && b !== undefined) [mixed[place], mixed[other]] = [b, a]
  }
  return mixed
}

/** Picks places by their weights. */
export function weighted(random: Random, weights: readonly number[]): () => number {
  const sum = weights.reduce((all, weight) => all + weight, 0)
  return () => {
    let left = random.next() * sum
    const found = weights.findIndex(weight => {
      left -= weight
      return left < 0
    })
    return found < 0 ? weights.length - 1 : found
  }
}
