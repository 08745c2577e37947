// Date and time of an instant as they are spoken: by the clock on the wall in China.

export interface SpokenMoment {
  /** `mmdd`, with the year before it when it is not the present one. */
  readonly date: string
  /** `HHmm` */
  readonly time: string
}

const offsetMs = 8 * 3_600_000

export function momentOf(instant: string | Date, now: Date): SpokenMoment {
  const wall = wallClock(new Date(instant))
  return { date: withoutThisYear(wall.slice(0, 8), now), time: wall.slice(8, 12) }
}

/** A day written `yyyymmdd` or `yyyy-mm-dd`, without its year when that is the present one. */
export function withoutThisYear(day: string, now: Date): string {
  const digits = day.replaceAll('-', '')
  return digits.slice(0, 4) === wallClock(now).slice(0, 4) ? digits.slice(4) : digits
}

/** yyyymmddHHmmss */
function wallClock(instant: Date): string {
  return new Date(instant.getTime() + offsetMs).toISOString().replace(/\D/g, '').slice(0, 14)
}
