// Business days: 00:00 to 24:00 local time, written yyyy-mm-dd; every county of this product lives by Beijing's clock.

import { type RawBuilder, sql } from 'kysely'

const dayMs = 86_400_000

/** The instant at which a day begins. */
export function startOfDay(day: string): Date {
  return new Date(`${day}T00:00:00+08:00`)
}

/** The instant at which a day is over: the first of the next. */
export function endOfDay(day: string): Date {
  return new Date(startOfDay(day).getTime() + dayMs)
}

/** The local day of an instant. */
export function dayOf(instant: Date): string {
  return new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 10)
}

/** A day so many days later, or earlier. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
}

/** Days from one to another, both counted. */
export function daysBetween(fromDay: string, toDay: string): number {
  return Math.round((Date.parse(`${toDay}T00:00:00Z`) - Date.parse(`${fromDay}T00:00:00Z`)) / dayMs) + 1
}

/** A condition that keeps a column within local days, both included; a side left open keeps everything. */
export function withinDays(
  column: RawBuilder<unknown>,
  { fromDay, toDay }: { fromDay?: string | undefined; toDay?: string | undefined },
): RawBuilder<boolean> | undefined {
  const from = fromDay === undefined ? undefined : sql<boolean>`${column} >= ${startOfDay(fromDay)}::timestamptz`
  const to = toDay === undefined ? undefined : sql<boolean>`${column} < ${endOfDay(toDay)}::timestamptz`
  return from && to ? sql<boolean>`(${from} and ${to})` : (from ?? to)
}
