// A station submits its application to return cards; from now on they cannot be sold or moved otherwise.

import { z } from 'zod'
import { claimRanges } from '../../domain/claim.ts'
import { advanceDocument, lockOwnDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { readRanges, writeRanges } from '../../domain/document-lines.ts'
import { command } from '../../domain/services.ts'
import { checkReturnable, returnApplicationBody } from '../../domain/station-return.ts'
import { refuse } from '../../kernel/refusal.ts'

export const submit = command({
  roles: ['stationCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer,
  async run({ tx, actor }, { documentId, version }) {
    const document = await lockOwnDocument(tx, actor, 'FS', documentId, version)
    if (returnApplicationBody.parse(document.body).sender === null) refuse('C11', { field: '送卡人' })
    const submitted = await advanceDocument(tx, actor, document, 'FS', 'submit')
    const ranges = await readRanges(tx, document)
    const lines = await checkReturnable(tx, document, ranges)
    await claimRanges(tx, document, lines)
    await writeRanges(tx, document, lines)
    return submitted
  },
})
