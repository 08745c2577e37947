// Shapes that the operations of all documents share: references, answers, ranges as entered, heads, lines and steps.

import { z } from 'zod'
import { documentFilter } from './document-filter.ts'
import { instant, pageSize, printedSerial } from './forms.ts'
import type { SerialRange } from './range.ts'
import { ownSerial } from './serial.ts'

/**
 * A document to act on; a version, where sent, must be the one that stands. Operations that need nothing else take the
 * answer of the step before as it is and leave its other members aside.
 */
export const documentRef = { documentId: z.int(), version: z.int().optional() }

/** What is decided on must be what was seen. */
export const documentSeen = { documentId: z.int(), version: z.int() }

export const note = z.string().max(200)

export const documentAnswer = z.object({
  documentId: z.int(),
  documentNo: z.string().nullable(),
  state: z.string(),
  version: z.int(),
})

/** The answer of every step: where the document stands now. Other members are left out by the schema. */
export type DocumentAnswer = z.input<typeof documentAnswer>

const mostRanges = 5_000

export const printedRange = z.strictObject({ firstSerial: printedSerial, lastSerial: printedSerial })
export const printedRanges = z.array(printedRange).min(1).max(mostRanges)

/** Ranges as entered, in stored serials of the county; a last card before the first is the same range. */
export function storedRanges(ranges: readonly z.output<typeof printedRange>[], countyId: number): SerialRange[] {
  return ranges.map(range => {
    const ends = [ownSerial(range.firstSerial, countyId), ownSerial(range.lastSerial, countyId)]
    return { firstSerial: Math.min(...ends), lastSerial: Math.max(...ends) }
  })
}

export const documentHead = z.object({
  documentId: z.int(),
  kind: z.string(),
  documentNo: z.string().nullable(),
  state: z.string(),
  version: z.int(),
  holderId: z.int(),
  holderName: z.string(),
  parentId: z.int().nullable(),
  parentNo: z.string().nullable(),
  author: z.string(),
  approver: z.string().nullable(),
  executor: z.string().nullable(),
  createdAt: instant,
  submittedAt: instant.nullable(),
  approvedAt: instant.nullable(),
  executedAt: instant.nullable(),
  validUntil: instant.nullable(),
  note: z.string(),
  quantity: z.int(),
  amountFen: z.int(),
  /** 面值构成: cards per face value. */
  faceValues: z.array(z.object({ faceValueFen: z.int(), quantity: z.int() })),
  /** Since when it has been in this state (已等待). */
  since: instant,
})

export const documentLine = z.object({
  lineNo: z.int(),
  faceValueFen: z.int(),
  quantity: z.int(),
  approvedQuantity: z.int().nullable(),
  firstSerial: z.string().nullable(),
  lastSerial: z.string().nullable(),
  result: z.string().nullable(),
  note: z.string(),
})

export const documentStep = z.object({
  action: z.string(),
  fromState: z.string().nullable(),
  toState: z.string(),
  operator: z.string().nullable(),
  at: instant,
  note: z.string(),
})

export const documentDetails = z.object({
  head: documentHead,
  lines: z.array(documentLine),
  steps: z.array(documentStep),
})

/** Documents that the other filters let through, by state. */
export const stateCounts = z.array(z.object({ state: z.string(), quantity: z.int() }))

export const listInput = {
  ...documentFilter,
  /** Only documents older than this one: the last of the page before. */
  beforeId: z.int().optional(),
  limit: pageSize,
}

export const attachmentShown = z.object({
  attachmentNo: z.int(),
  name: z.string(),
  mediaType: z.string(),
  sizeBytes: z.int(),
  addedBy: z.string(),
  addedAt: instant,
})

export const printShown = z.object({
  slip: z.string(),
  printNo: z.int(),
  printedBy: z.string(),
  at: instant,
})
