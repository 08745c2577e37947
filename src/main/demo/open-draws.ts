// Draws that are still under way: an approval that ends today, cards on the road, and some that a station refused.

import { nth, rangeLines, type Setting, stationPlace } from './setting.ts'
import type { Stocks } from './stocks.ts'
import { applyFor, issueFor } from './trade.ts'

/** An approval is good for so many days, the last one included. */
const expiringOn = 173
const yesterday = 179
const refusedCards = 2

export function openDraws(setting: Setting, stocks: Stocks): void {
  const { volume } = setting
  const lines = (quantity: number) => [{ faceValueFen: nth(volume.faces, 0).faceValueFen, quantity }]
  applyFor(setting, stocks, { day: expiringOn + 1, place: 3, lines: lines(3 * volume.drawStep) })
  const order = (place: number) => ({ day: yesterday, place, lines: lines(2 * volume.drawStep) })
  issueFor(setting, stocks, applyFor(setting, stocks, order(1)), order(1))
  acceptPart(setting, stocks, order(4))
}

/** The station takes in what arrived well; the rest stays on the road until finance has settled it. */
function acceptPart(setting: Setting, stocks: Stocks, order: Parameters<typeof applyFor>[2]): void {
  const { ledger, stations, at } = setting
  const station = nth(stations, order.place)
  const application = applyFor(setting, stocks, order)
  const issue = issueFor(setting, stocks, application, order)
  const ms = at(yesterday, 16, 30)
  const { range, faceValueFen } = nth(issue.lines, 0)
  if (!range) throw new Error('an issue has its ranges')
  const refused = { first: range.last - refusedCards + 1, last: range.last }
  const accepted = [
    { first: range.first, last: refused.first - 1 },
    ...issue.lines.slice(1).flatMap(line => (line.range ? [line.range] : [])),
  ]
  const place = stationPlace(station)
  issue.body = {
    ...issue.body,
    acceptance: { by: station.person.name, staffNo: station.person.staffNo, at: new Date(ms).toISOString() },
    refusals: rangeLines(faceValueFen, [refused]).map(() => ({
      firstSerial: ledger.serial(refused.first),
      lastSerial: ledger.serial(refused.last),
      ...{ faceValueFen, reason: 'damaged', note: '封签破损', settled: null },
    })),
  }
  ledger.step(issue, 'CK', 'acceptPart', station.person, ms)
  ledger.move('accept', accepted, place, place, { document: issue, person: station.person, ms })
  stocks.station(order.place, faceValueFen).give(accepted)
  ledger.step(application, 'LS', 'finish', station.person, ms)
}
