// A few cards in each condition, to hear what the hotline says of them: frozen, locked by wrong PINs, expired.

import { daysBefore } from './calendar.ts'
import type { PlanDocument, Range } from './ledger.ts'
import { nth, rangeLines, type Setting } from './setting.ts'
import type { Stocks } from './stocks.ts'

export interface Conditions {
  frozen: { document: PlanDocument; ranges: Range[]; reason: string; ms: number }[]
  locked: number[]
}

const frozenCards = 6
const expiredCards = 6
const lockedCards = 2
/** The seller at the first station that is no hall. */
const seller = 2

export function setConditions(setting: Setting, stocks: Stocks): Conditions {
  const { ledger, finance, holders, volume, at, calendar } = setting
  const { faceValueFen } = nth(volume.faces, 1)
  const pool = stocks.outlet(seller, faceValueFen)
  const ms = at(daysBefore - 6, 15, 12)
  const frozen = pool.takeBack(frozenCards)
  const document = ledger.open('KF', finance, holders.county, ms, {
    body: { service: 'freeze', reason: 'lost' },
    note: '整本遗失',
  })
  document.lines = rangeLines(faceValueFen, frozen)
  ledger.step(document, 'KF', 'execute', finance, ms)
  for (const { first, last } of pool.takeBack(expiredCards)) {
    for (let number = first; number <= last; number += 1) ledger.card(number).expiresOn = calendar.date(daysBefore - 30)
  }
  const locked = pool.takeBack(lockedCards).flatMap(({ first, last }) => (first === last ? [first] : [first, last]))
  return { frozen: [{ document, ranges: frozen, reason: '挂失', ms }], locked }
}
