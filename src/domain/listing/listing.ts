// A list that can be searched and exported: its filter, its rows, how it may be sorted, and pages that stay where they are.

import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../../kernel/db.ts'
import type { Actor } from '../../kernel/operation.ts'
import { refuse } from '../../kernel/refusal.ts'
import { pageSize } from '../forms.ts'
import type { Column, Words } from './columns.ts'

/** Whose list it is, and what it needs to know besides. */
export interface Scope {
  countyId: number
  actor: Actor
  now: Date
  wrongPinsPerCard: number
}

type SortType = 'bigint' | 'timestamptz' | 'date' | 'text'

export interface Sort {
  /** An expression over `q`, never null. */
  by: RawBuilder<unknown>
  type: SortType
}

export interface Listing {
  name: string
  title: Words
  /** The filter's members; all of them are optional. */
  filter: z.ZodRawShape
  /** Reads a row of the database as it is shown. */
  row: z.ZodObject
  columns: readonly Column[]
  sorts: Readonly<Record<string, Sort>>
  /** The sort and direction of a list that nobody sorted. */
  first: { sort: string; direction: Direction }
  /** What tells rows apart that are equal by the sort. */
  id: Sort
  /** Columns whose sums are worth knowing. */
  sums: readonly string[]
  /** The column counted by value (状态带计数), and the filter that is left aside for it. */
  facet?: { column: string; filter: string }
  /** The rows, as a select. `filter` has been read by the listing's own schema. */
  select(scope: Scope, filter: Filter): RawBuilder<unknown>
}

type Direction = 'asc' | 'desc'
type Filter = Readonly<Record<string, unknown>>

export function searchInput<F extends z.ZodRawShape>(listing: Listing & { filter: F }) {
  const names = Object.keys(listing.sorts)
  return z.strictObject({
    ...listing.filter,
    sort: z.enum(names).default(listing.first.sort),
    direction: z.enum(['asc', 'desc']).default(listing.first.direction),
    /** Where the page before ended: its `next`. */
    after: z.string().max(400).optional(),
    limit: pageSize,
    /** Count all rows that fit, too. */
    count: z.boolean().default(false),
  })
}

export function searchOutput<R extends z.ZodObject>(row: R) {
  return z.object({
    rows: z.array(row),
    /** Where the next page begins; null at the end. */
    next: z.string().nullable(),
    totals: z.object({ count: z.int(), sums: z.record(z.string(), z.int()) }).nullable(),
    facets: z.array(z.object({ value: z.string(), count: z.int() })).nullable(),
  })
}

export interface Page {
  sort: string
  direction: Direction
  after?: string | undefined
  limit: number
}

export interface FoundPage {
  rows: Record<string, unknown>[]
  next: string | null
}

interface Keyed extends Record<string, unknown> {
  sortKey: string
  idKey: string
}

/** One page; the next begins strictly after its last row, whatever is inserted meanwhile. */
export async function readPage(tx: Tx, listing: Listing, scope: Scope, filter: Filter, page: Page): Promise<FoundPage> {
  const sort = listing.sorts[page.sort] ?? refuse('badInput', { problems: ['sort'] })
  const { id } = listing
  const direction = sql.raw(page.direction)
  const begin = page.after === undefined ? sql`true` : beyond(sort, id, page)
  const { rows } = await sql<Keyed>`
    select q.*, (${sort.by})::text as sort_key, (${id.by})::text as id_key
    from (${listing.select(scope, filter)}) q
    where ${begin} order by ${sort.by} ${direction}, ${id.by} ${direction} limit ${page.limit + 1}`.execute(tx)
  const last = rows.length > page.limit ? rows[page.limit - 1] : undefined
  return {
    rows: rows.slice(0, page.limit),
    next: last ? writeCursor([page.sort, page.direction, last.sortKey, last.idKey]) : null,
  }
}

/** How many rows fit, and the sums over all of them. */
export async function readTotals(tx: Tx, listing: Listing, scope: Scope, filter: Filter) {
  const sums = listing.sums.map(name => sql`coalesce(sum(q.${sql.ref(name)}), 0)::bigint as ${sql.ref(name)}`)
  const { rows } = await sql<Record<string, number>>`
    select ${sql.join([sql`count(*)::int as "count"`, ...sums])} from (${listing.select(scope, filter)}) q`.execute(tx)
  const { count = 0, ...found } = rows[0] ?? {}
  return { count, sums: found }
}

/** Rows by the facet's value, with its own filter left aside. */
export async function readFacets(tx: Tx, listing: Listing, scope: Scope, filter: Filter) {
  const { facet } = listing
  if (!facet) return null
  const others = { ...filter, [facet.filter]: undefined }
  const { rows } = await sql<{ value: string; count: number }>`
    select q.${sql.ref(facet.column)} as value, count(*)::int as "count" from (${listing.select(scope, others)}) q
    where q.${sql.ref(facet.column)} is not null group by 1 order by 2 desc, 1 limit 100`.execute(tx)
  return rows
}

/** Conditions that are there, joined. */
export function all(...conditions: readonly (RawBuilder<unknown> | undefined | false | null)[]): RawBuilder<boolean> {
  const there = conditions.filter(condition => condition !== undefined && condition !== false && condition !== null)
  return there.length === 0 ? sql<boolean>`true` : sql<boolean>`(${sql.join(there, sql` and `)})`
}

/** A condition for a filter that is set. */
export function when<T>(
  value: T | undefined,
  condition: (value: T) => RawBuilder<unknown>,
): RawBuilder<unknown> | undefined {
  return value === undefined ? undefined : condition(value)
}

function beyond(sort: Sort, id: Sort, page: Page): RawBuilder<boolean> {
  const [name, direction, sortKey, idKey] = readCursor(page.after ?? '')
  const same = name === page.sort && direction === page.direction
  if (!same || !fits(sort.type, sortKey) || !fits(id.type, idKey)) return refuse('badCursor')
  const side = sql.raw(page.direction === 'asc' ? '>' : '<')
  return sql<boolean>`(${sort.by}, ${id.by}) ${side} (${sortKey}::${sql.raw(sort.type)}, ${idKey}::${sql.raw(id.type)})`
}

const cursor = z.tuple([z.string(), z.string(), z.string(), z.string()])

function writeCursor(parts: z.infer<typeof cursor>): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

function readCursor(text: string): z.infer<typeof cursor> {
  try {
    const read = cursor.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return read.success ? read.data : refuse('badCursor')
  } catch {
    return refuse('badCursor')
  }
}

/** What the database would not read as its type is no cursor of ours. */
const forms: Record<SortType, RegExp> = {
  bigint: /^-?\d{1,18}$/,
  date: /^\d{4}-\d\d-\d\d$/,
  timestamptz: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/,
  text: /^[^\0]{0,200}$/,
}

function fits(type: SortType, text: string): boolean {
  return (
    forms[type].test(text) && (type === 'bigint' || type === 'text' || !Number.isNaN(Date.parse(text.slice(0, 10))))
  )
}
