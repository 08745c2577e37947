// The plan of the history by itself: the same for the same day, whole on any day, and in the words of the hotline.

import { expect, it } from 'vitest'
import { daysBefore } from './calendar.ts'
import type { Person } from './ledger.ts'
import { type Plan, planCounty } from './plan.ts'
import type { CountyFacts } from './setting.ts'
import { volumeOf } from './volume.ts'

const person = (operatorId: number): Person => ({ operatorId, staffNo: `N${operatorId}`, name: `人${operatorId}` })

function facts(share: 1 | 0.1): CountyFacts {
  return {
    ...{ countyId: 1, code: '410123', hotlineNumber: '95598', manufacturerId: 1, seed: 7, volume: volumeOf(share) },
    holders: { county: 1, customer: 2, account: 3, custody: 4 },
    stations: Array.from({ length: 6 }, (_, n) => ({ holderId: 10 + n, name: `所${n}`, person: person(20 + n) })),
    outlets: Array.from({ length: 20 }, (_, n) => ({
      ...{ holderId: 30 + n, name: `点${n}`, kind: n < 2 ? ('hall' as const) : ('seller' as const) },
      ...{ station: n < 2 ? 2 * n : Math.floor((n - 2) / 3), portal: n < 3 ? person(60 + n) : null },
    })),
    ...{ card: person(1), finance: person(2), finance2: person(3) },
    customers: Array.from({ length: 300 }, (_, n) => ({ accountNo: String(4_101_000_000 + n), name: '王建国' })),
  }
}

const planAt = (instant: string, share: 1 | 0.1 = 0.1) =>
  planCounty(facts(share), Date.parse(instant), { documentId: 1, rechargeId: 1 })

/** What must not depend on the hour at which the product is first started. */
function outline({ documents, movements, recharges, ranges, money, calls }: Plan) {
  return {
    documents: documents.map(one => [one.kind, one.documentNo, one.state, one.lines.length]),
    movements: movements.map(one => [one.kind, one.range.first, one.range.last, one.to.holderId]),
    recharges: recharges.map(one => [one.number, one.customer.accountNo, one.state, one.channel]),
    ranges: ranges.map(one => [one.first, one.last, one.place.state, one.place.holderId]),
    entries: money.entries.map(one => [one.kind, one.amountFen]),
    calls: [...calls()].map(one => [one.callId, one.outcome, one.steps.length]),
  }
}

it('is the same at every hour of a day, and another on another day', () => {
  const morning = outline(planAt('2026-03-11T01:00:00Z'))
  expect(outline(planAt('2026-03-11T01:00:00Z'))).toEqual(morning)
  expect(outline(planAt('2026-03-11T12:30:00Z'))).toEqual(morning)
  expect(outline(planAt('2026-03-12T01:00:00Z'))).not.toEqual(morning)
})

it('is whole whatever day it is: every weekday, the ends of months and years, just after midnight', () => {
  const days = [
    '2026-01-01',
    '2026-02-28',
    '2028-02-29',
    '2026-05-04',
    '2026-05-05',
    '2026-05-06',
    '2026-05-07',
    '2026-12-31',
  ]
  for (const day of days) {
    for (const share of [1, 0.1] as const) {
      const now = `${day}T00:01:00+08:00`
      const plan = planAt(now, share)
      expect(
        plan.recharges.filter(one => one.state === 'succeeded'),
        day,
      ).toHaveLength(14_900 * share)
      expect(plan.reconciliations).toHaveLength(daysBefore)
      const latest = Math.max(...plan.movements.map(one => one.ms), ...plan.recharges.map(one => one.settledMs))
      expect(latest).toBeLessThanOrEqual(Date.parse(now))
    }
  }
}, 120_000)
