// What a report is: its question, its tables, and the checks that say whether its figures agree with the cards.

import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../../kernel/db.ts'
import { endOfDay, startOfDay } from '../business-day.ts'
import type { Column, ColumnKind, Words } from '../listing/columns.ts'
import type { Scope } from '../listing/listing.ts'

export const reportQuestion = {
  /** Local days, both included. */
  fromDay: z.iso.date(),
  toDay: z.iso.date(),
  /** Places; a station stands for its sellers and halls too. Without any, all that the actor may see. */
  holderIds: z.array(z.int()).max(200).optional(),
  faceValuesFen: z.array(z.int()).max(20).optional(),
  /** What the rows stand for, where a report offers a choice. */
  by: z.string().max(20).optional(),
  /** What is ranked. */
  measure: z.string().max(20).optional(),
}
const read = z.object(reportQuestion)
export type Question = z.output<typeof read>

export type ReportCell = string | number | null
export type ReportRow = Record<string, ReportCell>

export interface ReportTable {
  name: string
  title: Words
  columns: readonly Column[]
  rows: ReportRow[]
  totals: ReportRow | null
}

/** A figure that must be zero. */
export interface ReportCheck {
  name: string
  title: Words
  difference: number
}

export interface ReportAnswer {
  tables: ReportTable[]
  checks: ReportCheck[]
}

export interface ReportScope extends Scope {
  question: Question
  /** The first instant of the period, and the first after it. */
  from: Date
  to: Date
}

export interface Report {
  title: Words
  /** The choices of `by`, the first being the default. */
  by?: readonly string[]
  /** The choices of `measure`. */
  measures?: readonly string[]
  /** Of the county as a whole: not for a station. */
  countyOnly?: true
  run(tx: Tx, scope: ReportScope): Promise<ReportAnswer>
}

export function reportScope(scope: Scope, question: Question): ReportScope {
  return { ...scope, question, from: startOfDay(question.fromDay), to: endOfDay(question.toDay) }
}

/** A condition on `holder h`: the places asked for. Whether the actor may see them is another one. */
export function askedPlaces({ question }: ReportScope): RawBuilder<boolean> | undefined {
  const ids = question.holderIds
  return ids && sql<boolean>`(h.holder_id = any(${ids}::int[]) or h.parent_id = any(${ids}::int[]))`
}

export function askedFaces({ question }: ReportScope, column: RawBuilder<unknown>): RawBuilder<boolean> | undefined {
  const faces = question.faceValuesFen
  return faces && sql<boolean>`${column} = any(${faces}::int[])`
}

/** A column in one line. */
export function col(key: string, kind: ColumnKind, zh: string, en: string): Column {
  return { key, kind, title: [zh, en] }
}

/** Two columns for one figure: cards and yuan, always side by side. */
export function pair(key: string, zh: string, en: string): Column[] {
  return [col(key, 'count', `${zh} 张`, `${en}, cards`), col(`${key}Fen`, 'fen', `${zh}（元）`, `${en} (yuan)`)]
}

export const numberOf = (cell: ReportCell | undefined): number => (typeof cell === 'number' ? cell : 0)

/** The rows' columns added up; a column that no row has stays blank. */
export function sumRows(rows: readonly ReportRow[], keys: readonly string[]): ReportRow {
  return Object.fromEntries(
    keys.map(key => {
      const cells = rows.map(row => row[key]).filter(cell => typeof cell === 'number')
      return [key, cells.length === 0 ? null : cells.reduce((sum, cell) => sum + cell, 0)]
    }),
  )
}

/** A part of a whole to four places, so that one decimal of a percentage is right; blank without a whole. */
export function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000
}

/** A list in order by a key of each. */
export function groupBy<T, K>(list: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of list) {
    const group = groups.get(key(item))
    if (group) group.push(item)
    else groups.set(key(item), [item])
  }
  return groups
}
