// How many cards are bought and drawn on which day, so that nobody runs out and stocks grow to what they are today.

import { daysBefore } from './calendar.ts'
import type { Demand } from './demand.ts'
import type { Setting } from './setting.ts'

export interface Order {
  day: number
  /** The place of the seller, or of the station. */
  place: number
  lines: { faceValueFen: number; quantity: number }[]
}

export interface Quantities {
  purchases: readonly Order[]
  draws: readonly Order[]
}

export const firstPurchase = 5
export const firstDraw = 3
const purchaseEvery = 7
const drawEvery = 14

/** What stocks are filled to is more than what lies there a few days later. */
const soldSince = 1.14
const boughtSince = 1.06

/** The part of its final stock that somebody wants to have on a day. */
const grown = (day: number) => 0.45 + (0.55 * day) / daysBefore

interface Buyer {
  place: number
  faceValueFen: number
  /** Stock wanted today. */
  target: number
  leaves(day: number): number
  step: number
}

export function planQuantities(setting: Setting, demand: Demand, weights: readonly number[]): Quantities {
  const { volume, outlets, stations } = setting
  const sum = weights.reduce((all, weight) => all + weight, 0)
  const bought = new Map<string, number>()
  const purchases = new Map<string, Order>()
  for (const { faceValueFen, atSellers } of volume.faces) {
    for (const [place, outlet] of outlets.entries()) {
      const target = (atSellers * soldSince * (weights[place] ?? 0)) / sum
      const leaves = (day: number) => demand.usedAt(place, faceValueFen, day) + demand.soldBy(place, faceValueFen, day)
      const buyer = { place, faceValueFen, target, leaves, step: volume.purchaseStep }
      order(buyer, { first: firstPurchase, every: purchaseEvery, offset: place % 5 }, (day, quantity) => {
        addTo(purchases, day, place, { faceValueFen, quantity })
        const key = `${outlet.station} ${faceValueFen} ${day}`
        bought.set(key, (bought.get(key) ?? 0) + quantity)
      })
    }
  }
  const draws = new Map<string, Order>()
  for (const { faceValueFen, atStations } of volume.faces) {
    for (const place of stations.keys()) {
      const target = (atStations * boughtSince) / stations.length
      const leaves = (day: number) => bought.get(`${place} ${faceValueFen} ${day}`) ?? 0
      const buyer = { place, faceValueFen, target, leaves, step: volume.drawStep }
      order(buyer, { first: firstDraw, every: drawEvery, offset: place }, (day, quantity) =>
        addTo(draws, day, place, { faceValueFen, quantity }),
      )
    }
  }
  const inOrder = (orders: ReadonlyMap<string, Order>) =>
    [...orders.values()].sort((a, b) => a.day - b.day || a.place - b.place)
  return { purchases: inOrder(purchases), draws: inOrder(draws) }
}

/** Looks at the stock every so many days, and orders what is short of the need until after the next look. */
function order(
  { target, leaves, step }: Buyer,
  { first, every, offset }: { first: number; every: number; offset: number },
  place: (day: number, quantity: number) => void,
): void {
  let stock = 0
  for (let day = 0; day < daysBefore; day += 1) {
    stock -= leaves(day)
    const looks = day === first || (day > first + offset && (day - first - offset) % every === 0)
    if (!looks) continue
    let need = 0
    for (let ahead = day + 1; ahead <= Math.min(daysBefore, day + 2 * every); ahead += 1) need += leaves(ahead)
    const wanted = Math.max(need + step, target * grown(day))
    if (stock >= wanted * 0.9) continue
    const quantity = Math.ceil((wanted - stock) / step) * step
    stock += quantity
    place(day, quantity)
  }
}

function addTo(orders: Map<string, Order>, day: number, place: number, line: Order['lines'][number]): void {
  const key = `${day} ${place}`
  const known = orders.get(key)
  if (known) known.lines.push(line)
  else orders.set(key, { day, place, lines: [line] })
}
