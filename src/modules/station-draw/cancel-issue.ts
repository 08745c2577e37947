// Finance gives an issue up before the cards went out; they are free again, and the application can be issued anew.

import { z } from 'zod'
import { releaseClaims } from '../../domain/claim.ts'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef, note } from '../../domain/document-forms.ts'
import { lockIssue } from '../../domain/draw.ts'
import { command } from '../../domain/services.ts'

export const cancelIssue = command({
  roles: ['countyFinance'],
  input: z.strictObject({ ...documentRef, note: note.default('') }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version, note }) {
    const { issue } = await lockIssue(tx, countyId, documentId, version)
    const cancelled = await advanceDocument(tx, actor, issue, 'CK', 'cancel', { note })
    await releaseClaims(tx, issue)
    return cancelled
  },
})
