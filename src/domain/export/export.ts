// Exports of lists: what is asked for, the small ones made at once, and the file that both kinds become.

import { z } from 'zod'
import type { Tx } from '../../kernel/db.ts'
import { redact } from '../../kernel/redact.ts'
import { dayOf } from '../business-day.ts'
import { type Language, languages, wordsIn } from '../listing/columns.ts'
import { filterTitles } from '../listing/filter-titles.ts'
import { type Listing, readPage, readTotals, type Scope } from '../listing/listing.ts'
import { writeCsv } from './csv.ts'
import type { Row, Sheet } from './sheet.ts'
import { writeWorkbook } from './workbook.ts'

/** Rows of an export that is answered at once. */
const mostAtOnce = 5_000
/** Rows read at a time, so that memory stays the same however long the list is. */
const pageRows = 2_000

export const exportFormat = {
  format: z.enum(['xlsx', 'csv']).default('xlsx'),
  fileLanguage: z.enum(languages).default('zh-CN'),
}
export type Format = 'xlsx' | 'csv'

export function exportInput<F extends z.ZodRawShape>(listing: Listing & { filter: F }) {
  return z.strictObject({ ...listing.filter, ...sorting(listing), ...exportFormat })
}

function sorting(listing: Listing) {
  return {
    sort: z.enum(Object.keys(listing.sorts)).default(listing.first.sort),
    direction: z.enum(['asc', 'desc']).default(listing.first.direction),
  }
}

/** A file made for one answer. */
export const madeFile = z.object({
  fileName: z.string(),
  mediaType: z.string(),
  bytes: z.instanceof(Uint8Array),
})

export const exportAnswer = z.object({
  /** Rows of the whole export. */
  count: z.int(),
  /** The job that makes a big one. */
  jobId: z.int().nullable(),
  download: madeFile.optional(),
})

const request = z.looseObject({
  sort: z.string(),
  direction: z.enum(['asc', 'desc']),
  ...exportFormat,
})

/** The file itself when it is small; of a big one the count alone. */
export async function smallExport(tx: Tx, listing: Listing, scope: Scope, asked: unknown) {
  const { sort, direction, format, fileLanguage: language, ...filter } = request.parse(asked)
  const page = { sort, direction, limit: mostAtOnce }
  const { rows, next } = await readPage(tx, listing, scope, filter, page)
  if (next !== null) return { count: (await readTotals(tx, listing, scope, filter)).count }
  const shown = rows.map(row => listing.row.parse(row))
  const sheets = [
    { name: wordsIn(listing.title, language), columns: listing.columns, rows: shown },
    await filterSheet(tx, listing, scope, filter, language),
  ]
  const fileName = `${wordsIn(listing.title, language)} ${dayOf(scope.now)}`
  return { count: rows.length, download: await makeFile(fileName, sheets, format, language) }
}

export interface BigExport {
  fileName: string
  mediaType: string
  count: number
  bytes: AsyncGenerator<Uint8Array>
}

/** The same for any number of rows, page by page in the snapshot of `tx`; `progress` hears of every page. */
export async function bigExport(
  tx: Tx,
  listing: Listing,
  scope: Scope,
  asked: unknown,
  progress: (done: number, total: number) => Promise<void>,
): Promise<BigExport> {
  const { sort, direction, format, fileLanguage: language, ...filter } = request.parse(asked)
  const { count } = await readTotals(tx, listing, scope, filter)
  async function* rows(): AsyncGenerator<Row> {
    let after: string | undefined
    for (let done = 0; ; ) {
      const page = await readPage(tx, listing, scope, filter, { sort, direction, after, limit: pageRows })
      for (const row of page.rows) yield listing.row.parse(row)
      done += page.rows.length
      await progress(done, count)
      if (page.next === null) return
      after = page.next
    }
  }
  const sheets = [
    { name: wordsIn(listing.title, language), columns: listing.columns, rows: rows() },
    await filterSheet(tx, listing, scope, filter, language),
  ]
  const file = fileOf(`${wordsIn(listing.title, language)} ${dayOf(scope.now)}`, sheets, format, language)
  return { ...file, count }
}

/** A small file, whole in memory. */
export async function makeFile(name: string, sheets: readonly Sheet[], format: Format, language: Language) {
  const { bytes, ...file } = fileOf(name, sheets, format, language)
  const parts: Uint8Array[] = []
  for await (const part of bytes) parts.push(part)
  return { ...file, bytes: new Uint8Array(Buffer.concat(parts)) }
}

function fileOf(name: string, sheets: readonly Sheet[], format: Format, language: Language) {
  if (format === 'xlsx') {
    const mediaType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
    return { fileName: `${name}.xlsx`, mediaType, bytes: writeWorkbook(sheets, language) }
  }
  // The sheet of filters is for people who look at a workbook; a program reads the rows alone.
  const tables = sheets.filter(sheet => !('about' in sheet))
  return { fileName: `${name}.csv`, mediaType: 'text/csv; charset=utf-8', bytes: writeCsv(tables, language) }
}

const filterSheetName = ['筛选条件', 'Filter'] as const

/** Sheet 2: what the list was narrowed by, who made the file and when. */
async function filterSheet(tx: Tx, listing: Listing, scope: Scope, filter: object, language: Language) {
  const hidden = z.record(z.string(), z.unknown()).parse(redact(z.object(listing.filter), filter))
  const names = await holderNames(tx, scope.countyId, hidden)
  return aboutSheet(
    Object.entries(hidden).flatMap(([key, value]) =>
      value === undefined ? [] : [[filterTitles[key] ?? [key, key], names.get(key) ?? text(value)] as const],
    ),
    scope,
    language,
  )
}

/** The second sheet of any export. */
export function aboutSheet(
  lines: readonly (readonly [title: readonly [string, string], value: string])[],
  { actor, now }: Scope,
  language: Language,
): Sheet & { about: true } {
  const rows = [
    ...lines,
    [['导出人', 'Exported by'], `${actor.name} ${actor.staffNo ?? ''}`.trim()] as const,
    [['导出时间', 'Exported at'], new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')],
  ] as const
  return {
    about: true,
    name: wordsIn(filterSheetName, language),
    columns: [
      { key: 'title', kind: 'text', title: ['条件', 'Condition'] },
      { key: 'value', kind: 'text', title: ['值', 'Value'] },
    ],
    rows: rows.map(([title, value]) => ({ title: wordsIn(title, language), value })),
  }
}

const text = (value: unknown) => (Array.isArray(value) ? value.join('、') : String(value))

/** Places are named, not numbered. */
async function holderNames(tx: Tx, countyId: number, filter: Readonly<Record<string, unknown>>) {
  const named = new Map<string, string>()
  for (const [key, value] of Object.entries(filter)) {
    if (!key.toLowerCase().endsWith('holderid') || typeof value !== 'number') continue
    const holder = await tx
      .selectFrom('holder')
      .select('name')
      .where('countyId', '=', countyId)
      .where('holderId', '=', value)
      .executeTakeFirst()
    if (holder) named.set(key, holder.name)
  }
  return named
}
