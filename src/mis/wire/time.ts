// Dates and instants as every wire writes them: digits only, Asia/Shanghai, whose clock is UTC+8 all year.

const shanghaiMs = 8 * 3_600_000
const dayMs = 86_400_000

/** yyyymmddHHmmssSSS */
export function instantOf(epochMs: number): string {
  return new Date(epochMs + shanghaiMs).toISOString().replace(/\D/g, '')
}

/** yyyymmdd */
export function dateOf(epochMs: number): string {
  return instantOf(epochMs).slice(0, 8)
}

/** HHmmss */
export function timeOf(epochMs: number): string {
  return instantOf(epochMs).slice(8, 14)
}

/** Milliseconds since the epoch, or undefined when the text is no instant that exists. */
export function parseInstant(text: string): number | undefined {
  const parts = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{3})$/.exec(text)
  if (!parts) return undefined
  const [, year, month, day, hour, minute, second, ms] = parts
  const epochMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`) - shanghaiMs
  // Date.parse turns 30 February into 2 March on some engines: what does not come back the same never was.
  return Number.isNaN(epochMs) || instantOf(epochMs) !== text ? undefined : epochMs
}

/** Whether the text is a date of the calendar, yyyymmdd. */
export function isDate(text: string): boolean {
  return parseInstant(`${text}000000000`) !== undefined
}

/** Whether the text is a month of the calendar, yyyymm. */
export function isMonth(text: string): boolean {
  return isDate(`${text}01`)
}

/** The date so many days later (earlier when negative). Both are yyyymmdd. */
export function addDays(date: string, days: number): string {
  const epochMs = parseInstant(`${date}000000000`)
  if (epochMs === undefined) throw new RangeError(`no such date: ${date}`)
  return dateOf(epochMs + days * dayMs)
}

/** Whole days from the first date to the second. */
export function daysBetween(from: string, to: string): number {
  const [start, end] = [parseInstant(`${from}000000000`), parseInstant(`${to}000000000`)]
  if (start === undefined || end === undefined) throw new RangeError(`no such date: ${from} or ${to}`)
  return Math.round((end - start) / dayMs)
}
