// The check of ranges that an inspection or a spot check names: cards of this delivery that agree with the file, each once.

import type { Document } from '../../domain/document.ts'
import { type SerialRange, sharedRanges, subtractRanges } from '../../domain/range.ts'
import { faultText } from '../../domain/range-check.ts'
import { readResults } from '../../domain/stock-in.ts'
import type { Tx } from '../../kernel/db.ts'
import { refuse } from '../../kernel/refusal.ts'

const mostNamed = 200

export async function refuseNotMatching(tx: Tx, document: Document, ranges: readonly SerialRange[]): Promise<void> {
  const absent = subtractRanges(ranges, await readResults(tx, document, ['match']))
  const faults = [
    ...sharedRanges(ranges).map(range => faultText({ ...range, code: 'DUP', about: '' })),
    ...absent.map(range => faultText({ ...range, code: 'GAP', about: '' })),
  ]
  if (faults.length > 0) refuse('rangesNotMovable', { faults: faults.slice(0, mostNamed) })
}
