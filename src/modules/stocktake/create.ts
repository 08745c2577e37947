// Somebody begins a stocktake of one holder's cards (盘点单), as a draft.

import { z } from 'zod'
import { createDocument } from '../../domain/document.ts'
import { documentAnswer, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { requireCounter, stocktakeForm } from '../../domain/stocktake.ts'
import { ownPlace } from '../../domain/visibility.ts'

export const create = command({
  roles: ['countyFinance', 'countyCardAdmin', 'stationCardAdmin'],
  input: z.strictObject({
    ...stocktakeForm,
    /** Whose cards are counted; a station may leave out that it is its own. */
    holderId: z.int().nullable().default(null),
    note: note.default(''),
  }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { holderId: named, note, ...form }) {
    const holderId = named ?? ownPlace(actor)
    await requireCounter(tx, actor, holderId)
    const document = await createDocument(tx, actor, { kind: 'PD', holderId, note, body: form })
    const { documentId } = document
    const faces = form.faceValuesFen.length === 0 ? [null] : [...new Set(form.faceValuesFen)]
    await tx
      .insertInto('stocktakeScope')
      .values(
        faces.map((faceValueFen, place) => ({ countyId, documentId, scopeNo: place + 1, holderId, faceValueFen })),
      )
      .execute()
    return document
  },
})
