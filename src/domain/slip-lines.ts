// Lines of slips: neighbouring ranges in one line, or card by card where that is asked for, and their totals.

import { refuse } from '../kernel/refusal.ts'
import { quantityOf, type SerialRange } from './range.ts'
import { printSerial } from './serial.ts'

export interface CardsLine extends SerialRange {
  faceValueFen: number
  note: string
  /** Cards that the totals leave out: those refused, the new ones of an exchange. */
  apart?: boolean
}

export interface SlipLine {
  lineNo: number
  faceValueFen: number
  firstSerial: string | null
  lastSerial: string | null
  quantity: number
  approvedQuantity: number | null
  amountFen: number
  note: string
}

export interface Totals {
  perFace: { faceValueFen: number; quantity: number; amountFen: number }[]
  quantity: number
  amountFen: number
}

/** Most single cards that a slip lists. */
const mostListed = 2_000

/** Lines in order of face value and serial; neighbours of one kind are one line. */
export function cardLines(lines: readonly CardsLine[], cardByCard: boolean): SlipLine[] {
  const merged = mergeNeighbours(lines)
  const quantity = merged.reduce((sum, line) => sum + quantityOf(line), 0)
  if (cardByCard && quantity > mostListed) refuse('listTooLong', { most: mostListed, n: quantity })
  const shown = cardByCard ? merged.flatMap(singles) : merged
  return shown.map((line, place) => ({
    lineNo: place + 1,
    faceValueFen: line.faceValueFen,
    firstSerial: printSerial(line.firstSerial),
    lastSerial: printSerial(line.lastSerial),
    quantity: quantityOf(line),
    approvedQuantity: null,
    amountFen: quantityOf(line) * line.faceValueFen,
    note: line.note,
  }))
}

export function mergeNeighbours(lines: readonly CardsLine[]): CardsLine[] {
  const sorted = [...lines].sort(
    (a, b) =>
      Number(a.apart ?? false) - Number(b.apart ?? false) ||
      a.faceValueFen - b.faceValueFen ||
      a.firstSerial - b.firstSerial,
  )
  const merged: CardsLine[] = []
  for (const line of sorted) {
    const last = merged.at(-1)
    const follows =
      last &&
      last.lastSerial + 1 === line.firstSerial &&
      last.faceValueFen === line.faceValueFen &&
      last.note === line.note &&
      last.apart === line.apart
    if (follows) last.lastSerial = line.lastSerial
    else merged.push({ ...line })
  }
  return merged
}

function singles(line: CardsLine): CardsLine[] {
  return Array.from({ length: quantityOf(line) }, (_, place) => {
    const serial = line.firstSerial + place
    return { ...line, firstSerial: serial, lastSerial: serial }
  })
}

/** Totals by face value and of all. */
export function totalsOf(parts: readonly { faceValueFen: number; quantity: number }[]): Totals {
  const faces = [...new Set(parts.map(part => part.faceValueFen))].sort((a, b) => a - b)
  const perFace = faces.map(faceValueFen => {
    const quantity = parts.reduce((sum, part) => sum + (part.faceValueFen === faceValueFen ? part.quantity : 0), 0)
    return { faceValueFen, quantity, amountFen: quantity * faceValueFen }
  })
  return {
    perFace,
    quantity: perFace.reduce((sum, face) => sum + face.quantity, 0),
    amountFen: perFace.reduce((sum, face) => sum + face.amountFen, 0),
  }
}
