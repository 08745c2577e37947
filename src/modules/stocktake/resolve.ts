// The counter says of differences what they are (处理差异), whole or in part: one treatment for all that are named.

import { z } from 'zod'
import { draftVoid, voidForm } from '../../domain/card-void.ts'
import { type Document, recordStep } from '../../domain/document.ts'
import { documentAnswer, documentRef, note, storedRanges } from '../../domain/document-forms.ts'
import { printedSerial } from '../../domain/forms.ts'
import { command } from '../../domain/services.ts'
import { keepScans, lockStocktake, requireCounter, requireState, scopeOf } from '../../domain/stocktake.ts'
import {
  countFound,
  pickDifferences,
  type Treatment,
  treatDifferences,
  treatments,
} from '../../domain/stocktake-treat.ts'
import type { Tx } from '../../kernel/db.ts'
import type { Actor } from '../../kernel/operation.ts'
import { refuse } from '../../kernel/refusal.ts'

export const resolve = command({
  roles: ['countyFinance', 'countyCardAdmin', 'stationCardAdmin'],
  input: z.strictObject({
    ...documentRef,
    differences: z
      .array(
        z.strictObject({
          differenceNo: z.int(),
          /** Only these cards of it; the rest stays open. */
          part: z.strictObject({ firstSerial: printedSerial, lastSerial: printedSerial }).nullable().default(null),
        }),
      )
      .min(1)
      .max(500),
    /** 已找到(补扫) 转作废 转返卡 属{持有者}退回 更正说明 */
    treatment: z.enum(treatments),
    note: note.default(''),
    /** The 返卡申请单 by which missing cards went back to the county. */
    returnDocumentNo: z
      .string()
      .regex(/^FS\d{18,24}$/)
      .nullable()
      .default(null),
  }),
  output: documentAnswer.extend({
    quantity: z.int(),
    /** The draft of a 作废单, or the 返卡申请单 that was named. */
    linkedDocumentId: z.int().nullable(),
  }),
  async run({ tx, actor, countyId, now }, { documentId, version, differences, treatment, note, returnDocumentNo }) {
    const { document, body } = await lockStocktake(tx, actor, documentId, version)
    requireState(document, 'resolving', 'resolve')
    await requireCounter(tx, actor, document.holderId)
    if (treatment === 'correction' && note.trim() === '') refuse('correctionNote')
    const named = differences.map(({ differenceNo, part }) => ({
      differenceNo,
      part: part ? (storedRanges([part], countyId)[0] ?? null) : null,
    }))
    const picked = await pickDifferences(tx, document, named, treatment)
    if (treatment === 'found') {
      await keepScans(tx, actor, scopeOf(document, body), picked, now)
      await countFound(tx, document, picked)
    }
    const linkedDocumentId = await linked(tx, actor, document, { treatment, picked, note, returnDocumentNo })
    const quantity = await treatDifferences(tx, actor, document, picked, { treatment, note, linkedDocumentId, at: now })
    const step = `resolve.${treatment}`
    return { ...(await recordStep(tx, actor, document, step, { note })), quantity, linkedDocumentId }
  },
})

interface Linking {
  treatment: Treatment
  picked: Awaited<ReturnType<typeof pickDifferences>>
  note: string
  returnDocumentNo: string | null
}

/** What goes on elsewhere: cards lost for good as a draft of a void, cards gone back by their application. */
async function linked(tx: Tx, actor: Actor, document: Document, linking: Linking): Promise<number | null> {
  const { treatment, picked, note, returnDocumentNo } = linking
  if (treatment === 'void') {
    const story = note.trim() === '' ? `盘点单 ${document.documentNo ?? ''} 盘亏` : note
    const form = z.object(voidForm).parse({ reason: 'stocktakeShort', physical: false, story })
    return (await draftVoid(tx, actor, { form, ranges: picked, sourceDocumentId: document.documentId })).documentId
  }
  if (treatment !== 'return') return null
  const application = await tx
    .selectFrom('document')
    .select('documentId')
    .where('countyId', '=', document.countyId)
    .where('kind', '=', 'FS')
    .where('holderId', '=', document.holderId)
    .where('documentNo', '=', returnDocumentNo ?? '')
    .executeTakeFirst()
  return application?.documentId ?? refuse('returnNotFound', { documentNo: returnDocumentNo ?? '' })
}
