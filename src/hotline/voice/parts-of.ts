// Takes written numbers, dates and times apart for the readers of all languages; what is none of these throws RangeError.

/** The largest amount of any interface: twelve digits of fen. */
const MAX_FEN = 999_999_999_999

export interface MoneyParts {
  readonly negative: boolean
  readonly yuan: number
  readonly jiao: number
  readonly fen: number
}

export function moneyParts(amountFen: number): MoneyParts {
  const size = checkedWhole(Math.abs(amountFen), MAX_FEN)
  return {
    negative: amountFen < 0,
    yuan: Math.floor(size / 100),
    jiao: Math.floor((size % 100) / 10),
    fen: size % 10,
  }
}

/** A whole number that can be read. */
export function checkedWhole(value: number, max: number = MAX_FEN): number {
  if (!Number.isSafeInteger(value) || value < 0 || value > max) throw new RangeError(`cannot be read: ${value}`)
  return value
}

export function checkedDigits(digits: string): string {
  if (!/^\d{1,40}$/.test(digits)) throw new RangeError('cannot be read: not 1 to 40 digits')
  return digits
}

export interface DateParts {
  readonly year: number | null
  readonly month: number
  readonly day: number
}

export function dateParts(date: string): DateParts {
  const [, year, month, day] = /^(?:(\d{4})-?)?(\d{2})-?(\d{2})$/.exec(date) ?? []
  const parts = { year: year === undefined ? null : Number(year), month: Number(month), day: Number(day) }
  // 2000 stands in for an unknown year because it had a 29 February.
  const lastDay = new Date(Date.UTC(parts.year ?? 2000, parts.month, 0)).getUTCDate()
  if (!(parts.month >= 1 && parts.month <= 12 && parts.day >= 1 && parts.day <= lastDay)) {
    throw new RangeError(`cannot be read: no date ${date}`)
  }
  return parts
}

export function monthParts(month: string): { readonly year: number; readonly month: number } {
  const [, year, number] = /^(\d{4})-?(\d{2})$/.exec(month) ?? []
  const parts = { year: Number(year), month: Number(number) }
  if (!(parts.month >= 1 && parts.month <= 12)) throw new RangeError(`cannot be read: no month ${month}`)
  return parts
}

export function timeParts(time: string): { readonly hour: number; readonly minute: number } {
  const [, hour, minute] = /^(\d{2}):?(\d{2})(?::?\d{2})?$/.exec(time) ?? []
  const parts = { hour: Number(hour), minute: Number(minute) }
  // 24:00 is the end of a day, as in duty hours.
  const valid = (parts.hour <= 23 && parts.minute <= 59) || (parts.hour === 24 && parts.minute === 0)
  if (!valid) throw new RangeError(`cannot be read: no time ${time}`)
  return parts
}

/** Groups of four from the left, the last of two to five: 12 digits 4-4-4, 13 digits 4-4-5, 10 digits 4-4-2. */
export function digitGroups(digits: string): string[] {
  if (digits.length <= 6) return [digits]
  const groups = digits.match(/\d{1,4}/g) ?? []
  const last = groups.at(-1) ?? ''
  return last.length > 1 ? groups : [...groups.slice(0, -2), `${groups.at(-2)}${last}`]
}
