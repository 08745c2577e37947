// A table on its way into a file: a name, columns, and rows that come one by one.

import { z } from 'zod'
import { type Column, type Language, wordsIn } from '../listing/columns.ts'

export type Row = Readonly<Record<string, unknown>>

export interface Sheet {
  name: string
  columns: readonly Column[]
  rows: AsyncIterable<Row> | Iterable<Row>
}

/** A cell as both kinds of file begin with it; null is an empty one. */
export type Cell = { is: 'text'; text: string } | { is: 'number'; digits: string } | null

const scalar = z.union([z.string(), z.number(), z.boolean(), z.date()]).nullish()

/** What a column shows of a row: codes as words, lists of face values as people write them. */
export function cellOf({ key, kind, words }: Column, row: Row, language: Language): Cell {
  const read = scalar.safeParse(row[key])
  const value = read.success ? read.data : JSON.stringify(row[key])
  if (value === null || value === undefined || value === '') return null
  if (kind === 'yesNo') return value === true ? { is: 'text', text: wordsIn(['是', 'yes'], language) } : null
  if (typeof value === 'number' && kind !== 'text') return { is: 'number', digits: String(value) }
  const text = value instanceof Date ? value.toISOString() : String(value)
  const word = words?.[text]
  return { is: 'text', text: word ? wordsIn(word, language) : text }
}
