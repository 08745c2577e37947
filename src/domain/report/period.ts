// The period that a period is compared with.

import { addDays, daysBetween } from '../business-day.ts'

export interface Period {
  fromDay: string
  toDay: string
}

/** The period before (of as many whole months, where months were asked for), or the same days of the year before. */
export function comparedPeriod({ fromDay, toDay }: Period, compare: 'previous' | 'lastYear'): Period {
  if (compare === 'lastYear') return { fromDay: addMonths(fromDay, -12), toDay: addMonths(toDay, -12) }
  if (fromDay.endsWith('-01') && addDays(toDay, 1).endsWith('-01')) {
    const months = monthNo(addDays(toDay, 1)) - monthNo(fromDay)
    return { fromDay: addMonths(fromDay, -months), toDay: addDays(fromDay, -1) }
  }
  return { fromDay: addDays(fromDay, -daysBetween(fromDay, toDay)), toDay: addDays(fromDay, -1) }
}

const monthNo = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7))

/** The same day of another month, or its last where it is shorter; a month's last day stays a last day. */
function addMonths(day: string, months: number): string {
  const target = monthNo(day) - 1 + months
  const firstOf = (month: number) =>
    new Date(Date.UTC(Math.floor(month / 12), month % 12, 1)).toISOString().slice(0, 10)
  const last = addDays(firstOf(target + 1), -1)
  if (addDays(day, 1).endsWith('-01')) return last
  const same = `${firstOf(target).slice(0, 8)}${day.slice(8)}`
  return same > last ? last : same
}
