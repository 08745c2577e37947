// How numbers, money and times look: the same in both languages, in the county's own time.

const counts = new Intl.NumberFormat('en-US')
const money = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const timeZone = 'Asia/Shanghai'
/** The Swedish order is the ISO one: 2026-03-14 09:05:07. */
const dates = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' })
const times = new Intl.DateTimeFormat('sv-SE', { timeZone, timeStyle: 'medium' })

export const count = (quantity: number) => counts.format(quantity).replace('-', '−')

/** `1,234,567.00`; the unit stands in the head. */
export const yuan = (fen: number) => money.format(fen / 100).replace('-', '−')

/** A face value: `50`, or `0.50` where it is not whole. */
export const shortYuan = (fen: number) => (fen % 100 === 0 ? count(fen / 100) : yuan(fen))

export const date = (instant: string | Date) => dates.format(new Date(instant))
export const time = (instant: string | Date) => times.format(new Date(instant))
export const dateTime = (instant: string | Date) => `${date(instant)} ${time(instant)}`

/** `02:05`, or `1:02:05`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000))
  const two = (value: number) => String(value).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`
}
