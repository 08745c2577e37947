// Finance sends a whole return back to the station (整单退回), with a reason; its cards are the station's to sell again.

import { z } from 'zod'
import { releaseClaims } from '../../domain/claim.ts'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { lockInspection } from '../../domain/station-return.ts'
import { refuse } from '../../kernel/refusal.ts'

export const sendBack = command({
  roles: ['countyFinance'],
  input: z.strictObject({ ...documentRef, note }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version, note }) {
    if (note.trim() === '') refuse('C11', { field: '退回原因' })
    const { slip, application } = await lockInspection(tx, countyId, documentId, version)
    const back = await advanceDocument(tx, actor, slip, 'FK', 'sendBack', { note })
    await releaseClaims(tx, application)
    await advanceDocument(tx, actor, application, 'FS', 'finish')
    return back
  },
})
