// Ranges as a clerk entered them, checked all at once: every fault of every line, quantities and what is still wanted.

import { z } from 'zod'
import { printedSerial } from '../../domain/forms.ts'
import { joinRanges, quantityOf, type SerialRange } from '../../domain/range.ts'
import { findFaults, heldRanges } from '../../domain/range-check.ts'
import { readEntry } from '../../domain/range-entry.ts'
import {
  cardsOf,
  type EnteredLine,
  faultPieces,
  offered,
  okParts,
  type ReportPiece,
  reportCodes,
  tally,
} from '../../domain/range-report.ts'
import { enteredKinds, sourceOf } from '../../domain/range-source.ts'
import { businessRoles } from '../../domain/roles.ts'
import { ownSerial, printSerial } from '../../domain/serial.ts'
import { query } from '../../domain/services.ts'
import type { Tx } from '../../kernel/db.ts'

const line = z.strictObject({
  /** What was scanned or typed, in any form of range entry. */
  text: z.string().max(200),
  /** The card scanned before, for last digits alone. */
  first: printedSerial.optional(),
  faceValueFen: z.int().positive().optional(),
})

const stretch = { firstSerial: z.string(), lastSerial: z.string(), quantity: z.int() }
const code = z.enum(['OK', ...reportCodes])
const piece = z.object({ ...stretch, lineNo: z.int(), code, detail: z.string(), about: z.string() })
const answer = z.object({
  lines: z.array(
    z.object({
      lineNo: z.int(),
      text: z.string(),
      firstSerial: z.string().nullable(),
      lastSerial: z.string().nullable(),
      quantity: z.int(),
      swapped: z.boolean(),
      /** The batch of a box label. */
      label: z.string().nullable(),
      pieces: z.array(piece),
    }),
  ),
  /** By code, in the order of the bar under the lines; `quantity` counts cards, for BAD it counts lines. */
  faults: z.array(z.object({ code, quantity: z.int(), blocks: z.boolean(), offered: z.array(z.string()) })),
  faceValues: z.array(
    z.object({
      faceValueFen: z.int(),
      quantity: z.int(),
      amountFen: z.int(),
      wanted: z.int().nullable(),
      missing: z.int(),
      excess: z.int(),
    }),
  ),
  quantity: z.int(),
  amountFen: z.int(),
  /** Problems left before the document can go on. */
  blocking: z.int(),
  documents: z.array(z.object({ documentNo: z.string(), state: z.string(), author: z.string() })),
  /** More pieces than an answer holds: counts are of all, pieces of the first. */
  truncated: z.boolean(),
})

const mostLines = 5_000
const mostPieces = 5_000

export const check = query({
  roles: businessRoles,
  input: z.strictObject({
    kind: z.enum(enteredKinds),
    documentId: z.int().optional(),
    /** The seller of a return; the place of a count. */
    holderId: z.int().optional(),
    wanted: z
      .array(z.strictObject({ faceValueFen: z.int().positive(), quantity: z.int().nonnegative() }))
      .max(20)
      .optional(),
    lines: z.array(line).max(mostLines),
  }),
  output: answer,
  async run({ tx, actor, countyId }, { kind, documentId, holderId, wanted, lines: entered }) {
    const source = await sourceOf(tx, actor, { kind, documentId, holderId })
    const read = entered.map((one, place) => readLine(one, place + 1, countyId))
    const ranges = joinRanges(read.flatMap(one => (one.line.range ? [one.line.range] : [])))
    const held = await heldRanges(tx, countyId, ranges, false)
    const faults = await findFaults(tx, { ...source, countyId, ranges, held })
    const lines = read.map(one => one.line)
    const pieces = faultPieces(lines, held, faults)
    const faceValues = tally(lines, held, pieces, wanted ?? null).map(withAmounts)
    const groups = grouped(pieces, faceValues, kind)
    const busy = pieces.filter(one => one.code === 'BUSY').map(one => one.about)
    const sum = (value: (row: (typeof faceValues)[number]) => number) =>
      faceValues.reduce((total, row) => total + value(row), 0)
    return {
      lines: read.map(one => ({ ...one.shown, pieces: shown(one.line, pieces) })),
      faults: groups,
      faceValues,
      quantity: sum(row => row.quantity),
      amountFen: sum(row => row.amountFen),
      blocking: groups.filter(group => group.blocks).length,
      documents: await documentsNamed(tx, countyId, busy),
      truncated: pieces.length > mostPieces,
    }
  },
})

function readLine(one: z.output<typeof line>, lineNo: number, countyId: number) {
  const first = one.first === undefined ? undefined : ownSerial(one.first, countyId)
  const entry = readEntry(one.text, { countyId, first })
  const range = 'range' in entry ? entry.range : null
  const line: EnteredLine = {
    lineNo,
    range,
    problem: 'problem' in entry ? entry.problem : null,
    faceValueFen: one.faceValueFen ?? null,
  }
  const shown = {
    lineNo,
    text: one.text,
    firstSerial: range && printSerial(range.firstSerial),
    lastSerial: range && printSerial(range.lastSerial),
    quantity: range ? quantityOf(range) : 0,
    swapped: 'range' in entry && entry.swapped,
    label: 'range' in entry ? entry.label : null,
  }
  return { line, shown }
}

function shown(line: EnteredLine, pieces: readonly ReportPiece[]): z.input<typeof piece>[] {
  const own = pieces.slice(0, mostPieces).filter(one => one.lineNo === line.lineNo)
  const ok = okParts(line, pieces).map(range => ({ ...range, lineNo: line.lineNo, code: 'OK' as const }))
  return [...ok.map(one => ({ ...one, detail: '', about: '' })), ...own]
    .sort((a, b) => a.firstSerial - b.firstSerial)
    .map(one => ({ ...one, ...printedStretch(one) }))
}

const printedStretch = (range: SerialRange) => {
  const quantity = Math.max(0, quantityOf(range))
  if (quantity === 0) return { firstSerial: '', lastSerial: '', quantity }
  return { firstSerial: printSerial(range.firstSerial), lastSerial: printSerial(range.lastSerial), quantity }
}

function withAmounts({ faceValueFen, quantity, wanted }: ReturnType<typeof tally>[number]) {
  return {
    faceValueFen,
    quantity,
    amountFen: quantity * faceValueFen,
    wanted,
    missing: Math.max(0, (wanted ?? quantity) - quantity),
    excess: Math.max(0, quantity - (wanted ?? quantity)),
  }
}

/** What is only told: still missing; and, in a count, cards that belong elsewhere. */
function grouped(
  pieces: readonly ReportPiece[],
  faceValues: readonly { missing: number; excess: number }[],
  kind: string,
) {
  const total = (of: 'missing' | 'excess') => faceValues.reduce((sum, row) => sum + row[of], 0)
  const counts = new Map(
    reportCodes.map(code => {
      const own = pieces.filter(one => one.code === code)
      if (code === 'BAD') return [code, own.length]
      if (code === 'MORE') return [code, total('excess')]
      return [code, code === 'LESS' ? total('missing') : cardsOf(own)]
    }),
  )
  return reportCodes.flatMap(code => {
    const quantity = counts.get(code) ?? 0
    const blocks = code !== 'LESS' && !(kind === 'PD' && code === 'HOLD')
    return quantity === 0 ? [] : [{ code, quantity, blocks, offered: [...offered[code]] }]
  })
}

/** Who has the documents that are in the way, and how far they are. */
async function documentsNamed(tx: Tx, countyId: number, numbers: readonly string[]) {
  if (numbers.length === 0) return []
  const rows = await tx
    .selectFrom('document')
    .innerJoin('operator', join =>
      join.onRef('operator.countyId', '=', 'document.countyId').onRef('operator.operatorId', '=', 'document.authorId'),
    )
    .select(['document.documentNo', 'document.state', 'operator.name as author'])
    .where('document.countyId', '=', countyId)
    .where('document.documentNo', 'in', [...new Set(numbers)])
    .execute()
  return rows.flatMap(({ documentNo, ...row }) => (documentNo === null ? [] : [{ documentNo, ...row }]))
}
