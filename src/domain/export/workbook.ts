// Writes an Excel workbook row by row into a compressed stream, so that its size costs no memory.

import { strToU8, Zip, ZipDeflate } from 'fflate'
import { type Column, type ColumnKind, type Language, wordsIn } from '../listing/columns.ts'
import { yuan } from '../money.ts'
import { cellOf, type Row, type Sheet } from './sheet.ts'

/** Excel knows no more rows in one sheet than 1,048,576; what is longer goes on in another. */
const mostRows = 1_000_000
const flushCharacters = 65_536

/** Cell formats of styles.xml, by place: plain, text, money, date, time, rate, heading. */
const formats: Record<ColumnKind | 'heading', number> = {
  count: 0,
  number: 0,
  text: 1,
  yesNo: 1,
  fen: 2,
  date: 3,
  instant: 4,
  rate: 5,
  heading: 6,
}

/** The bytes of a workbook whose sheets are in this order. */
export async function* writeWorkbook(sheets: readonly Sheet[], language: Language): AsyncGenerator<Uint8Array> {
  const out: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    out.push(chunk)
  })
  const names: string[] = []
  for (const sheet of sheets) {
    for await (const part of sheetParts(sheet, language)) {
      if (part.begins) {
        names.push(sheetName(sheet.name, names))
        zip.add(part.begins(`xl/worksheets/sheet${names.length}.xml`))
      }
      part.push()
      yield* out.splice(0)
    }
  }
  for (const [path, text] of Object.entries(frame(names))) {
    const file = new ZipDeflate(path)
    zip.add(file)
    file.push(strToU8(text), true)
  }
  zip.end()
  yield* out.splice(0)
}

interface Part {
  /** Names the file that this part opens. */
  begins?: (path: string) => ZipDeflate
  push: () => void
}

async function* sheetParts({ columns, rows }: Sheet, language: Language): AsyncGenerator<Part> {
  const head = headOf(columns, language)
  let file: ZipDeflate | null = null
  let text = head
  let rowNo = 1
  const part = (final: boolean): Part => {
    const bytes = strToU8(text)
    text = ''
    if (file) {
      const open = file
      return { push: () => open.push(bytes, final) }
    }
    return {
      begins: path => {
        file = new ZipDeflate(path)
        return file
      },
      push: () => file?.push(bytes, final),
    }
  }
  for await (const row of rows) {
    if (rowNo > mostRows) {
      text += tail
      yield part(true)
      file = null
      text = head
      rowNo = 1
    }
    rowNo += 1
    text += rowXml(rowNo, columns, row, language)
    if (text.length > flushCharacters) yield part(false)
  }
  text += tail
  yield part(true)
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const tail = '</sheetData></worksheet>'

function headOf(columns: readonly Column[], language: Language): string {
  const widths = columns.map(
    ({ kind }, place) => `<col min="${place + 1}" max="${place + 1}" width="${widthOf[kind]}" customWidth="1"/>`,
  )
  const cells = columns.map(({ title }, place) => textCell(place, 1, wordsIn(title, language), formats.heading))
  return `${declaration}<worksheet ${main}><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.join('')}</cols><sheetData><row r="1">${cells.join('')}</row>`
}

const widthOf: Record<ColumnKind, number> = {
  text: 20,
  count: 12,
  number: 12,
  fen: 16,
  rate: 10,
  date: 12,
  instant: 20,
  yesNo: 8,
}

function rowXml(rowNo: number, columns: readonly Column[], row: Row, language: Language): string {
  let cells = ''
  for (const [place, column] of columns.entries()) {
    const cell = cellOf(column, row, language)
    if (!cell) continue
    const digits = cell.is === 'number' ? numberOf(column.kind, cell.digits) : dayNumber(column.kind, cell.text)
    if (digits !== null) cells += `<c r="${letters(place)}${rowNo}" s="${formats[column.kind]}"><v>${digits}</v></c>`
    else cells += textCell(place, rowNo, cell.is === 'text' ? cell.text : cell.digits, formats.text)
  }
  return `<row r="${rowNo}">${cells}</row>`
}

/** Fen become yuan with two decimals, by text and never by division. */
function numberOf(kind: ColumnKind, digits: string): string {
  return kind === 'fen' ? yuan(Number(digits)) : digits
}

const msOfDay = 86_400_000
/** 1899-12-30, from which Excel counts days. */
const firstDay = Date.UTC(1899, 11, 30)
const localMs = 8 * 3_600_000

/** A day or an instant as Excel counts them, in local time; null for other texts. */
function dayNumber(kind: ColumnKind, text: string): string | null {
  if (kind !== 'date' && kind !== 'instant') return null
  const at = kind === 'date' ? Date.parse(`${text}T00:00:00Z`) : Date.parse(text) + localMs
  return Number.isNaN(at) ? null : String((at - firstDay) / msOfDay)
}

function textCell(place: number, rowNo: number, text: string, style: number): string {
  return `<c r="${letters(place)}${rowNo}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`
}

/** A, B, … Z, AA, … */
function letters(place: number): string {
  const letter = String.fromCharCode(65 + (place % 26))
  return place < 26 ? letter : letters(Math.floor(place / 26) - 1) + letter
}

/** What XML may not hold is left out. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

function sheetName(wanted: string, taken: readonly string[]): string {
  const name = wanted.replace(/[[\]:*?/\\']/g, ' ').slice(0, 28)
  const same = taken.filter(other => other === name || other.startsWith(`${name} `)).length
  return same === 0 ? name : `${name} ${same + 1}`
}

const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packages = 'http://schemas.openxmlformats.org/package/2006'

/** The files that hold the sheets together. */
function frame(names: readonly string[]): Record<string, string> {
  const places = names.map((name, place) => ({ name, no: place + 1 }))
  const types = places.map(
    ({ no }) =>
      `<Override PartName="/xl/worksheets/sheet${no}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`,
  )
  const listed = places.map(({ name, no }) => `<sheet name="${escaped(name)}" sheetId="${no}" r:id="rId${no}"/>`)
  const related = places.map(
    ({ no }) => `<Relationship Id="rId${no}" Type="${office}/worksheet" Target="worksheets/sheet${no}.xml"/>`,
  )
  return {
    '[Content_Types].xml': `${declaration}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>${types.join('')}</Types>`,
    '_rels/.rels': `${declaration}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${declaration}<workbook ${main} xmlns:r="${office}"><sheets>${listed.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${declaration}<Relationships xmlns="${packages}/relationships">${related.join('')}<Relationship Id="rId${names.length + 1}" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': styles,
  }
}

/** A text cell keeps its quote, so that what begins like a formula stays text when it is edited. */
const styles = `${declaration}<styleSheet ${main}><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/><numFmt numFmtId="166" formatCode="0.0%"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="7"><xf numFmtId="0"/><xf numFmtId="49" quotePrefix="1" applyNumberFormat="1"/><xf numFmtId="4" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/><xf numFmtId="166" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
