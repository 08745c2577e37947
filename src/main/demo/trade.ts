// Cards on their way to customers: drawn by stations, bought by sellers, sold with an entry, and sometimes back again.

import { endOfDayAfter } from './calendar.ts'
import type { Demand } from './demand.ts'
import type { PlanDocument, PlanLine } from './ledger.ts'
import type { Money } from './money.ts'
import type { Order } from './quantities.ts'
import { nth, outletPlace, rangeLines, type Setting, stationPlace } from './setting.ts'
import { numbersIn, type Stocks } from './stocks.ts'

const approvalDays = 7
const receivers = ['冯领', '褚领', '卫领', '蒋领', '沈领', '韩领'] as const

/** The receiving clerk of a station. */
export function receiverOf(place: number) {
  return { name: receivers[place % receivers.length] ?? '领卡员', staffNo: `L${String(place + 1).padStart(3, '0')}` }
}

/** An application, approved the day before its cards are fetched. */
export function applyFor(setting: Setting, stocks: Stocks, { day, place, lines }: Order): PlanDocument {
  const { ledger, stations, card, at, calendar } = setting
  const station = nth(stations, place)
  const availability = lines.map(({ faceValueFen }) => {
    const stock = stocks.county(faceValueFen).size()
    return { faceValueFen, stock, others: 0, own: 0, available: stock }
  })
  const body = {
    receiver: receiverOf(place),
    wantedOn: calendar.date(day),
    purpose: '补充库存',
    atSubmission: availability,
    atApproval: availability,
  }
  const application = ledger.open('LS', station.person, station.holderId, at(day - 1, 14, place), { body })
  application.lines = lines.map(line => ({ ...line, approvedQuantity: line.quantity }))
  ledger.step(application, 'LS', 'submit', station.person, at(day - 1, 14, 20 + place))
  const approvedMs = at(day - 1, 16, place)
  application.validUntilMs = endOfDayAfter(approvedMs, approvalDays)
  ledger.step(application, 'LS', 'approve', card, approvedMs)
  return application
}

/** The issue of an application up to the cards' being under way. */
export function issueFor(
  setting: Setting,
  stocks: Stocks,
  application: PlanDocument,
  { day, place, lines }: Order,
): PlanDocument {
  const { ledger, stations, finance, places, at } = setting
  const station = nth(stations, place)
  const minute = place * 8
  const { name: by, staffNo } = receiverOf(place)
  const checkedMs = at(day, 9, 6 + minute)
  const issue = ledger.open('CK', finance, station.holderId, at(day, 9, minute), {
    parent: application,
    body: {
      shortReason: null,
      check: { by, staffNo, how: 'paper', at: new Date(checkedMs).toISOString(), conclusion: '完好' },
    },
  })
  ledger.step(issue, 'CK', 'prepare', finance, at(day, 9, minute))
  ledger.step(issue, 'CK', 'pick', finance, at(day, 9, 4 + minute))
  ledger.step(issue, 'CK', 'confirmCheck', finance, checkedMs)
  const issuedMs = at(day, 9, 7 + minute)
  for (const { faceValueFen, quantity } of lines) {
    const ranges = stocks.county(faceValueFen).take(quantity)
    issue.lines.push(...rangeLines(faceValueFen, ranges))
    const cause = { document: issue, person: finance, ms: issuedMs, inTransit: true }
    ledger.move('draw', ranges, places.county, stationPlace(station), cause)
  }
  ledger.step(application, 'LS', 'issue', finance, issuedMs)
  ledger.step(issue, 'CK', 'issue', finance, issuedMs)
  return issue
}

export function draw(setting: Setting, stocks: Stocks, order: Order): void {
  const { ledger, stations, at } = setting
  const application = applyFor(setting, stocks, order)
  const issue = issueFor(setting, stocks, application, order)
  const station = nth(stations, order.place)
  const ms = at(order.day, 15, order.place * 5)
  ledger.step(issue, 'CK', 'accept', station.person, ms)
  const place = stationPlace(station)
  for (const { faceValueFen, range } of issue.lines) {
    if (!range) continue
    ledger.move('accept', [range], place, place, { document: issue, person: station.person, ms })
    stocks.station(order.place, faceValueFen).give([range])
  }
  ledger.step(application, 'LS', 'finish', station.person, ms)
}

const amountOf = (lines: readonly PlanLine[]) => lines.reduce((sum, line) => sum + line.faceValueFen * line.quantity, 0)

/** 售卡: paid and active at once. */
export function purchase(setting: Setting, stocks: Stocks, money: Money, { day, place, lines }: Order): void {
  const { ledger, outlets, stations, at } = setting
  const outlet = nth(outlets, place)
  const station = nth(stations, outlet.station)
  const ms = at(day, 10, place * 6)
  const document = ledger.open('SK', station.person, station.holderId, ms - 180_000)
  for (const { faceValueFen, quantity } of lines) {
    const ranges = stocks.station(outlet.station, faceValueFen).take(quantity)
    document.lines.push(...rangeLines(faceValueFen, ranges))
    ledger.move('purchase', ranges, stationPlace(station), outletPlace(outlet), {
      document,
      person: station.person,
      ms,
    })
    stocks.outlet(place, faceValueFen).give(ranges)
  }
  const payment = money.purchase(place, amountOf(document.lines), document, station.person, ms)
  document.body = {
    sellerId: outlet.holderId,
    sellerName: outlet.name,
    payment,
    jointCheck: { confirmed: 'paper', by: outlet.name, staffNo: '', at: new Date(ms).toISOString() },
    after: money.standing(place),
  }
  ledger.step(document, 'SK', 'execute', station.person, ms)
}

/** 退卡: the newest cards of a face value go back to the station. */
export function sellerReturn(setting: Setting, stocks: Stocks, money: Money, { day, place, lines }: Order): void {
  const { ledger, outlets, stations, at } = setting
  const outlet = nth(outlets, place)
  const station = nth(stations, outlet.station)
  const ms = at(day, 16, 20 + place)
  const document = ledger.open('TK', station.person, station.holderId, ms - 180_000)
  const bought = (line: PlanLine) => ({ ...line, origin: line.range ? ledger.card(line.range.first).bought : null })
  for (const { faceValueFen, quantity } of lines) {
    const ranges = stocks.outlet(place, faceValueFen).takeBack(quantity)
    document.lines.push(...rangeLines(faceValueFen, ranges.flatMap(ledger.byPurchase)).map(bought))
    ledger.move('sellerReturn', ranges, outletPlace(outlet), stationPlace(station), {
      document,
      person: station.person,
      ms,
    })
    stocks.station(outlet.station, faceValueFen).give(ranges)
  }
  const refund = money.refund(place, amountOf(document.lines), document, station.person, ms)
  document.body = {
    sellerId: outlet.holderId,
    sellerName: outlet.name,
    refunds: [refund],
    after: money.standing(place),
  }
  ledger.step(document, 'TK', 'execute', station.person, ms)
}

/** 售出登记: a hall or seller enters what it sold to customers on a day. */
export function sales(setting: Setting, stocks: Stocks, demand: Demand, day: number): void {
  const { ledger, outlets, volume, places, at, calendar } = setting
  for (const [place, outlet] of outlets.entries()) {
    if (!outlet.portal) continue
    const lines = volume.faces.flatMap(({ faceValueFen }) => {
      const quantity = demand.soldBy(place, faceValueFen, day)
      return quantity === 0 ? [] : [{ faceValueFen, quantity }]
    })
    if (lines.length === 0) continue
    const ms = at(day, 17, 40 + place)
    const document = ledger.open('DS', outlet.portal, outlet.holderId, ms, {
      body: { sellerId: outlet.holderId, sellerName: outlet.name, buyer: null },
    })
    for (const { faceValueFen, quantity } of lines) {
      const ranges = stocks.outlet(place, faceValueFen).takeBack(quantity)
      document.lines.push(...rangeLines(faceValueFen, ranges))
      ledger.move('sale', ranges, outletPlace(outlet), places.customer, { document, person: outlet.portal, ms })
      stocks.customers(faceValueFen).push(...numbersIn(ranges))
    }
    ledger.step(document, 'DS', 'execute', outlet.portal, ms)
    if (ms > calendar.nowMs) throw new Error('the history ends now')
  }
}

/** 返卡: a station gives back what does not sell. */
export function stationReturn(setting: Setting, stocks: Stocks, { day, place, lines }: Order): void {
  const { ledger, stations, card, finance, places, at } = setting
  const station = nth(stations, place)
  const application = ledger.open('FS', station.person, station.holderId, at(day, 9, 10), {
    body: { reason: 'slow', sender: receiverOf(place) },
  })
  ledger.step(application, 'FS', 'submit', station.person, at(day, 9, 15))
  application.validUntilMs = endOfDayAfter(at(day, 10, 30), approvalDays)
  ledger.step(application, 'FS', 'approve', card, at(day, 10, 30))
  const ms = at(day, 14, 40)
  const inspector = { name: finance.name, staffNo: finance.staffNo, at: new Date(ms).toISOString() }
  const document = ledger.open('FK', finance, station.holderId, at(day, 14, 20), {
    parent: application,
    body: { inspector, bad: [] },
  })
  ledger.step(document, 'FK', 'prepare', finance, at(day, 14, 20))
  for (const { faceValueFen, quantity } of lines) {
    const ranges = stocks.station(place, faceValueFen).takeBack(quantity)
    application.lines.push(...rangeLines(faceValueFen, ranges))
    document.lines.push(...rangeLines(faceValueFen, ranges))
    ledger.move('stationReturn', ranges, stationPlace(station), places.county, { document, person: finance, ms })
    stocks.county(faceValueFen).give(ranges)
  }
  ledger.step(document, 'FK', 'takeIn', finance, ms)
  ledger.step(application, 'FS', 'finish', finance, ms)
}
