// Finance gives an inspection up before anything was taken in; the application waits as before.

import { z } from 'zod'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { lockInspection } from '../../domain/station-return.ts'

export const cancelReturn = command({
  roles: ['countyFinance'],
  input: z.strictObject({ ...documentRef, note: note.default('') }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version, note }) {
    const { slip } = await lockInspection(tx, countyId, documentId, version)
    return advanceDocument(tx, actor, slip, 'FK', 'cancel', { note })
  },
})
