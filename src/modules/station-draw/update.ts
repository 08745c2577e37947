// The author changes an application that is with the station: a draft, or one that came back.

import { z } from 'zod'
import { lockOwnDocument, recordStep } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { writeQuantities } from '../../domain/document-lines.ts'
import { applicationBody } from '../../domain/draw.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'
import { applicationForm, checkLines } from './application-form.ts'

const editable = ['draft', 'rejected', 'withdrawn']

export const update = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject({ ...documentRef, ...applicationForm }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version, lines, note, ...form }) {
    const document = await lockOwnDocument(tx, actor, 'LS', documentId, version)
    if (!editable.includes(document.state)) refuse('documentState', { state: document.state, action: 'update' })
    if (document.authorId !== actor.operatorId) refuse('notAuthor')
    await checkLines(tx, countyId, lines)
    await writeQuantities(tx, document, lines)
    const { receiver, wantedOn, purpose } = form
    const body = { ...applicationBody.parse(document.body), receiver, wantedOn, purpose }
    return recordStep(tx, actor, document, 'update', { body, paperNote: note })
  },
})
