// Records the physical inspection: all cards that match are good but for the ranges named, each with its reason.

import { z } from 'zod'
import { lockBatch } from '../../domain/batch.ts'
import { lockDocument, recordStep } from '../../domain/document.ts'
import { documentAnswer, documentRef, printedRange, storedRanges } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { type StockInBody, stockInBody, writeExceptions } from '../../domain/stock-in.ts'
import { refuse } from '../../kernel/refusal.ts'
import { refuseNotMatching } from './matching.ts'

export const inspect = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({
    ...documentRef,
    method: z.enum(['all', 'sample']).default('all'),
    samplePercent: z.int().min(1).max(100).nullable().default(null),
    /** Where the cards lie (存放位置). */
    storage: z.string().max(100).default(''),
    exceptions: z
      .array(printedRange.extend({ reason: z.string().trim().min(1).max(60) }))
      .max(5_000)
      .default([]),
  }),
  output: documentAnswer,
  async run({ tx, actor, countyId, now }, input) {
    const { documentId, version, method, storage } = input
    const samplePercent = method === 'sample' ? input.samplePercent : null
    if (method === 'sample' && samplePercent === null) refuse('samplePercentMissing')
    const document = await lockDocument(tx, countyId, 'RK', documentId, version)
    if (document.state !== 'toInspect' && document.state !== 'sentBack') {
      refuse('documentState', { state: document.state, action: 'inspect' })
    }
    if (document.authorId !== actor.operatorId) refuse('notAuthor')
    const ranges = storedRanges(input.exceptions, countyId)
    await refuseNotMatching(tx, document, ranges)
    const exceptions = ranges.map((range, place) => ({ ...range, reason: input.exceptions[place]?.reason ?? '' }))
    const { faceValueFen } = await lockBatch(tx, countyId, document.parentId ?? 0)
    await writeExceptions(tx, document, faceValueFen, exceptions)
    const by = { by: actor.name, staffNo: actor.staffNo ?? '', at: now.toISOString() }
    const body: StockInBody = {
      ...stockInBody.parse(document.body),
      inspection: { method, samplePercent, storage, ...by },
    }
    return recordStep(tx, actor, document, 'inspect', { body })
  },
})
