// Writes tables as CSV for Excel and programs: UTF-8 with a mark, and nothing that a spreadsheet would run as a formula.

import { type Language, wordsIn } from '../listing/columns.ts'
import { yuan } from '../money.ts'
import { cellOf, type Sheet } from './sheet.ts'

const flushCharacters = 65_536
const mark = '\ufeff'

/** The bytes of the tables, one below the other with an empty line between. */
export async function* writeCsv(sheets: readonly Sheet[], language: Language): AsyncGenerator<Uint8Array> {
  let text = mark
  for (const [place, { columns, rows }] of sheets.entries()) {
    if (place > 0) text += '\r\n'
    text += line(columns.map(({ title }) => field(wordsIn(title, language))))
    for await (const row of rows) {
      text += line(
        columns.map(column => {
          const cell = cellOf(column, row, language)
          if (!cell) return ''
          if (cell.is === 'number') return column.kind === 'fen' ? yuan(Number(cell.digits)) : cell.digits
          return field(column.kind === 'instant' ? localTime(cell.text) : cell.text)
        }),
      )
      if (text.length > flushCharacters) {
        yield Buffer.from(text)
        text = ''
      }
    }
  }
  yield Buffer.from(text)
}

const line = (fields: readonly string[]) => `${fields.join(',')}\r\n`

/** What a spreadsheet would take for a formula gets a quote before it. */
function field(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

function localTime(instant: string): string {
  const at = Date.parse(instant)
  return Number.isNaN(at) ? instant : new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}
