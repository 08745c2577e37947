// What range entry shows: every line with its faults, grouped by code with counts, and what is wanted against what is there.

import { commonRanges, joinRanges, quantityOf, type SerialRange, subtractRanges, totalQuantity } from './range.ts'
import type { HeldRange, RangeFault } from './range-check.ts'
import type { EntryProblem } from './range-entry.ts'

export const reportCodes = [
  'BAD',
  'GAP',
  'REJ',
  'DUP',
  'BUSY',
  'HOLD',
  'STATE',
  'ATTR',
  'FACE',
  'MORE',
  'LESS',
] as const
export type ReportCode = (typeof reportCodes)[number]

/** What a page offers for each fault, in its order. */
export const offered: Readonly<Record<ReportCode, readonly string[]>> = {
  BAD: ['rescan'],
  GAP: ['splitAtGap'],
  REJ: ['exclude'],
  DUP: ['merge', 'removeLine'],
  BUSY: ['viewDocument', 'exclude'],
  HOLD: ['viewCard', 'exclude'],
  STATE: ['exclude'],
  ATTR: ['exclude', 'treat'],
  FACE: ['splitLine'],
  MORE: ['shortenLast'],
  LESS: [],
}

export interface EnteredLine {
  lineNo: number
  range: SerialRange | null
  problem: EntryProblem | null
  /** The face value the line is meant to have. */
  faceValueFen: number | null
}

export interface ReportPiece extends SerialRange {
  lineNo: number
  code: ReportCode
  /** The condition behind ATTR; the problem behind BAD. */
  detail: string
  about: string
}

/** FROZEN, EXPIRED, EXPIRING and TRANSIT are conditions of a card; so is a recharge that holds it. */
function codeOf({ code, about }: RangeFault): { code: ReportCode; detail: string } {
  if (code === 'USED') return about === 'held' ? { code: 'ATTR', detail: 'HELD' } : { code: 'STATE', detail: 'used' }
  if (code === 'FROZEN' || code === 'EXPIRED' || code === 'EXPIRING' || code === 'TRANSIT') {
    return { code: 'ATTR', detail: code }
  }
  return { code, detail: '' }
}

/** Every fault of every line: those of the cards, and those of the lines among themselves. */
export function faultPieces(
  lines: readonly EnteredLine[],
  held: readonly HeldRange[],
  faults: readonly RangeFault[],
): ReportPiece[] {
  const pieces: ReportPiece[] = repeated(lines)
  for (const { lineNo, range, problem, faceValueFen } of lines) {
    if (!range) {
      pieces.push({ lineNo, firstSerial: 0, lastSerial: -1, code: 'BAD', detail: problem ?? 'unknown', about: '' })
      continue
    }
    const here = <T extends SerialRange>(others: readonly T[]) =>
      others.filter(other => other.firstSerial <= range.lastSerial && other.lastSerial >= range.firstSerial)
    for (const fault of here(faults)) {
      for (const part of commonRanges(range, [fault])) {
        pieces.push({ lineNo, ...part, ...codeOf(fault), about: fault.about })
      }
    }
    if (faceValueFen === null) continue
    for (const row of here(held).filter(row => row.faceValueFen !== faceValueFen)) {
      for (const part of commonRanges(range, [row])) {
        pieces.push({ lineNo, ...part, code: 'FACE', detail: '', about: String(row.faceValueFen) })
      }
    }
  }
  return pieces
}

/** Cards named by more than one line: each once, at the later line, with the number of the earlier one. */
function repeated(lines: readonly EnteredLine[]): ReportPiece[] {
  const entered = lines.flatMap(({ lineNo, range }) => (range ? [{ lineNo, range }] : []))
  entered.sort((a, b) => a.range.firstSerial - b.range.firstSerial || a.lineNo - b.lineNo)
  const pieces: ReportPiece[] = []
  let furthest = entered[0]
  for (const line of entered.slice(1)) {
    if (!furthest) break
    for (const part of commonRanges(line.range, [furthest.range])) {
      const [earlier, later] = [line.lineNo, furthest.lineNo].sort((a, b) => a - b)
      pieces.push({ lineNo: later ?? 0, ...part, code: 'DUP', detail: '', about: String(earlier) })
    }
    if (line.range.lastSerial > furthest.range.lastSerial) furthest = line
  }
  return pieces
}

export interface Tally {
  faceValueFen: number
  /** Usable cards, each once. */
  quantity: number
  wanted: number | null
}

/** Usable cards per face value against what is wanted; a face value that is not wanted at all is wanted 0 times. */
export function tally(
  lines: readonly EnteredLine[],
  held: readonly HeldRange[],
  pieces: readonly ReportPiece[],
  wanted: readonly { faceValueFen: number; quantity: number }[] | null,
): Tally[] {
  const entered = lines.flatMap(({ range }) => (range ? [range] : []))
  // A repeated card is usable, once; every other fault takes it out.
  const faulty = pieces.filter(piece => piece.code !== 'DUP' && piece.code !== 'BAD')
  const usable = subtractRanges(entered, faulty)
  const counted = new Map<number, number>()
  for (const { faceValueFen, ...row } of held) {
    const here = totalQuantity(commonRanges(row, usable))
    counted.set(faceValueFen, (counted.get(faceValueFen) ?? 0) + here)
  }
  for (const { faceValueFen } of wanted ?? []) counted.set(faceValueFen, counted.get(faceValueFen) ?? 0)
  const want = (face: number) => wanted?.find(line => line.faceValueFen === face)?.quantity ?? 0
  return [...counted]
    .filter(([face, quantity]) => quantity > 0 || (wanted !== null && want(face) > 0))
    .sort(([a], [b]) => a - b)
    .map(([faceValueFen, quantity]) => ({ faceValueFen, quantity, wanted: wanted && want(faceValueFen) }))
}

/** The parts of a line that no fault touches. */
export function okParts(line: EnteredLine, pieces: readonly ReportPiece[]): SerialRange[] {
  if (!line.range) return []
  return subtractRanges(
    [line.range],
    pieces.filter(piece => piece.lineNo === line.lineNo && piece.code !== 'BAD'),
  )
}

/** Cards of the pieces, each counted once. */
export const cardsOf = (pieces: readonly SerialRange[]) =>
  totalQuantity(joinRanges(pieces.filter(piece => quantityOf(piece) > 0)))
