// Records the physical inspection: all cards that match are good but for the ranges named, each with its reason.

import { z } from 'zod'
import { lockBatch } from '../../domain/batch.ts'
import { lockDocument, recordStep } from '../../domain/document.ts'
import { documentAnswer, documentRef, printedRange, storedRanges } from '../../domain/document-forms.ts'
import { writeRanges } from '../../domain/document-lines.ts'
import { sharedRanges, subtractRanges } from '../../domain/range.ts'
import { faultText } from '../../domain/range-check.ts'
import { command } from '../../domain/services.ts'
import { readResults, type StockInBody, stockInBody } from '../../domain/stock-in.ts'
import { refuse } from '../../kernel/refusal.ts'

export const inspect = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({
    ...documentRef,
    method: z.enum(['all', 'sample']).default('all'),
    samplePercent: z.int().min(1).max(100).nullable().default(null),
    /** Where the cards lie (存放位置). */
    storage: z.string().max(100).default(''),
    exceptions: z
      .array(printedRange.extend({ reason: z.string().min(1).max(60) }))
      .max(5_000)
      .default([]),
  }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, input) {
    const { documentId, version, method, samplePercent, storage } = input
    const document = await lockDocument(tx, countyId, 'RK', documentId, version)
    if (document.state !== 'toInspect' && document.state !== 'sentBack') {
      refuse('documentState', { state: document.state, action: 'inspect' })
    }
    if (document.authorId !== actor.operatorId) refuse('notAuthor')
    const exceptions = storedRanges(input.exceptions, countyId)
    const twice = sharedRanges(exceptions)
    const absent = subtractRanges(exceptions, await readResults(tx, document, ['match']))
    const faults = [
      ...twice.map(range => faultText({ ...range, code: 'DUP', about: '' })),
      ...absent.map(range => faultText({ ...range, code: 'GAP', about: '' })),
    ]
    if (faults.length > 0) refuse('rangesNotMovable', { faults: faults.slice(0, 200) })
    const { faceValueFen } = await lockBatch(tx, countyId, document.parentId ?? 0)
    const lines = exceptions.map((range, place) => ({
      ...range,
      faceValueFen,
      result: 'inspectionFailed',
      note: input.exceptions[place]?.reason ?? '',
    }))
    await writeRanges(tx, document, lines)
    const before = stockInBody.parse(document.body)
    const body: StockInBody = { ...before, inspection: { method, samplePercent, storage } }
    return recordStep(tx, actor, document, 'inspect', { body })
  },
})
