// The comparison with the billing system, day by day (对账): all agreed, but for yesterday and the day before.

import { daysBefore, plainDate } from './calendar.ts'
import type { PlanDocument } from './ledger.ts'
import type { PlanRecharge } from './recharges.ts'
import { nth, type Setting } from './setting.ts'

export interface PlanDifference {
  class: 'oursOnly' | 'theirsOnly' | 'different'
  recharge: PlanRecharge
  oursFen: number | null
  theirsFen: number | null
  treatment: string | null
  reason: string
  treatedBy: number | null
  treatedMs: number | null
}

export interface PlanReconciliation {
  day: number
  document: PlanDocument
  ours: { quantity: number; fen: number }
  theirs: { quantity: number; fen: number }
  agreed: number
  differences: PlanDifference[]
}

/** What the billing system has on its books under a recharge's serial. */
export interface Booked {
  recharge: PlanRecharge
  accountNo: string
  amountFen: number
  settleDate: string
}

const open = { treatment: null, reason: '', treatedBy: null, treatedMs: null }
const yesterday = daysBefore - 1
/** The billing system took this much less than the card is worth. */
const lessFen = 1_000

export function reconcile(
  setting: Setting,
  recharges: readonly PlanRecharge[],
): { days: PlanReconciliation[]; booked: Booked[] } {
  const { calendar, customers } = setting
  const byDay = Array.from({ length: daysBefore + 1 }, (): PlanRecharge[] => [])
  for (const one of recharges) if (one.state === 'succeeded') byDay[calendar.dayOf(one.settledMs)]?.push(one)
  const booked = new Map<PlanRecharge, Booked>()
  const book = (recharge: PlanRecharge, differently: Partial<Booked> = {}) => {
    const { customer, faceValueFen, settledMs } = recharge
    const same = { accountNo: customer.accountNo, amountFen: faceValueFen, settleDate: plainDate(settledMs) }
    booked.set(recharge, { recharge, ...same, ...differently })
  }
  for (const one of byDay.flat()) book(one)

  const differences = new Map<number, PlanDifference[]>()
  const late = nth(byDay[yesterday] ?? [], (byDay[yesterday]?.length ?? 0) - 1)
  const [less, elsewhere] = [nth(byDay[yesterday] ?? [], 1), nth(byDay[yesterday] ?? [], 3)]
  const doubtful = recharges.filter(one => one.state === 'doubtful' && calendar.dayOf(one.ms) === yesterday)
  book(late, { settleDate: plainDate(calendar.at(daysBefore, 1)) })
  book(less, { amountFen: less.faceValueFen - lessFen })
  book(elsewhere, { accountNo: otherAccount(customers, elsewhere) })
  for (const one of doubtful) book(one)
  differences.set(yesterday, [
    { class: 'oursOnly', recharge: late, oursFen: late.faceValueFen, theirsFen: null, ...open },
    ...doubtful.map(one => ({
      class: 'theirsOnly' as const,
      recharge: one,
      oursFen: null,
      theirsFen: one.faceValueFen,
      ...open,
    })),
    {
      class: 'different',
      recharge: elsewhere,
      oursFen: elsewhere.faceValueFen,
      theirsFen: elsewhere.faceValueFen,
      ...open,
    },
    { class: 'different', recharge: less, oursFen: less.faceValueFen, theirsFen: less.faceValueFen - lessFen, ...open },
  ])
  const treated = nth(byDay[yesterday - 1] ?? [], 2)
  book(treated, { accountNo: otherAccount(customers, treated) })
  differences.set(yesterday - 1, [
    {
      ...{ class: 'different', recharge: treated, oursFen: treated.faceValueFen, theirsFen: treated.faceValueFen },
      ...{ treatment: 'referred', reason: '对方记入相邻户号，已转对方核实更正', treatedBy: setting.finance.operatorId },
      treatedMs: setting.at(yesterday, 9, 30),
    },
  ])
  const days = Array.from({ length: daysBefore }, (_, day) =>
    oneDay(setting, day, byDay[day] ?? [], differences.get(day) ?? []),
  )
  return { days, booked: [...booked.values()] }
}

function otherAccount(customers: Setting['customers'], { customer }: PlanRecharge): string {
  const place = customers.findIndex(other => other.accountNo === customer.accountNo)
  return nth(customers, (place + 1) % customers.length).accountNo
}

function oneDay(
  setting: Setting,
  day: number,
  ours: readonly PlanRecharge[],
  differences: PlanDifference[],
): PlanReconciliation {
  const count = (quantity: number, fen: number) => ({ quantity, fen })
  const oursFen = ours.reduce((sum, one) => sum + one.faceValueFen, 0)
  const sum = (side: 'oursFen' | 'theirsFen') => differences.reduce((all, one) => all + (one[side] ?? 0), 0)
  const known = differences.filter(one => one.oursFen !== null).length
  const theirs = ours.length - known + differences.filter(one => one.theirsFen !== null).length
  return {
    day,
    document: documentOf(setting, day, differences),
    ours: count(ours.length, oursFen),
    theirs: count(theirs, oursFen - sum('oursFen') + sum('theirsFen')),
    agreed: ours.length - known,
    differences,
  }
}

/** Fetched in the night after the day; what differs is treated by one person of finance and closed by the other. */
function documentOf(setting: Setting, day: number, differences: readonly PlanDifference[]): PlanDocument {
  const { ledger, finance, finance2, holders, at, calendar } = setting
  const document = ledger.open('DZ', finance, holders.county, at(day + 1, 1, 30), { body: { day: calendar.date(day) } })
  ledger.note(document, 'fetch', null, at(day + 1, 1, 30), 'comparing')
  ledger.note(document, 'compare', null, at(day + 1, 1, 31), differences.length === 0 ? 'agreed' : 'differing')
  if (differences.length === 0 || differences.some(one => one.treatment === null)) return document
  ledger.note(document, 'resolve', finance, at(day + 1, 9, 30), 'resolving')
  ledger.note(document, 'submit', finance, at(day + 1, 9, 40), 'toReview')
  const closedMs = at(day + 1, 11, 5)
  ledger.note(document, 'close', finance2, closedMs, 'closed')
  return Object.assign(document, { submittedMs: at(day + 1, 9, 40), executor: finance2, executedMs: closedMs })
}
