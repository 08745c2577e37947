// The days the demonstration's history covers: 180 whole ones before today, and what has passed of today.

export const daysBefore = 180

const dayMs = 86_400_000
/** China has one time all year. */
const offsetMs = 8 * 3_600_000

export interface Calendar {
  nowMs: number
  /** The n-th day as yyyy-mm-dd; 0 is the first, `daysBefore` is today. */
  date(day: number): string
  /** 0 Sunday to 6 Saturday. */
  weekday(day: number): number
  /** The day an instant lies in. */
  dayOf(ms: number): number
  /** An instant by minutes after the day's midnight; today's 24 hours are squeezed into what has passed of them. */
  at(day: number, minutes: number): number
}

export function createCalendar(nowMs: number): Calendar {
  const todayMs = Math.floor((nowMs + offsetMs) / dayMs) * dayMs - offsetMs
  const beginMs = (day: number) => todayMs + (day - daysBefore) * dayMs
  return {
    nowMs,
    date: day => localDate(beginMs(day)),
    weekday: day => new Date(beginMs(day) + offsetMs).getUTCDay(),
    dayOf: ms => Math.floor((ms - beginMs(0)) / dayMs),
    at(day, minutes) {
      const ms = Math.round(minutes * 60_000)
      return day < daysBefore ? beginMs(day) + ms : todayMs + Math.floor((ms / dayMs) * (nowMs - todayMs))
    },
  }
}

/** The local date of an instant, yyyy-mm-dd. */
export function localDate(ms: number): string {
  return new Date(ms + offsetMs).toISOString().slice(0, 10)
}

/** As the billing system writes it: yyyymmdd. */
export const plainDate = (ms: number) => localDate(ms).replaceAll('-', '')

/** The end of the n-th local day after an instant's. */
export function endOfDayAfter(ms: number, days: number): number {
  return (Math.floor((ms + offsetMs) / dayMs) + days + 1) * dayMs - offsetMs
}
