// The author submits a void: its cards are claimed, and frozen by a freeze of the document's own.

import { z } from 'zod'
import { checkStory, claimForVoid, lockVoid, voidBody } from '../../domain/card-void.ts'
import { advanceDocument, setBody } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { readRanges } from '../../domain/document-lines.ts'
import { command } from '../../domain/services.ts'

export const submit = command({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer,
  async run({ tx, actor }, { documentId, version }) {
    const document = await lockVoid(tx, actor, documentId, version)
    const body = voidBody.parse(document.body)
    checkStory(body)
    const submitted = await advanceDocument(tx, actor, document, 'ZF', 'submit')
    const holders = await claimForVoid(tx, actor, submitted, await readRanges(tx, document))
    return setBody(tx, submitted, { ...body, holders })
  },
})
