// The author changes an application that is with the station: a draft, or one that came back.

import { z } from 'zod'
import { lockOwnDocument, recordStep } from '../../domain/document.ts'
import { documentAnswer, documentRef, storedRanges } from '../../domain/document-forms.ts'
import { writeRanges } from '../../domain/document-lines.ts'
import { command } from '../../domain/services.ts'
import { draftLines } from '../../domain/station-return.ts'
import { refuse } from '../../kernel/refusal.ts'
import { applicationForm } from './application-form.ts'

const editable = ['draft', 'rejected', 'withdrawn']

export const update = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject({ ...documentRef, ...applicationForm }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version, ranges, reason, sender, note }) {
    const document = await lockOwnDocument(tx, actor, 'FS', documentId, version)
    if (!editable.includes(document.state)) refuse('documentState', { state: document.state, action: 'update' })
    if (document.authorId !== actor.operatorId) refuse('notAuthor')
    await writeRanges(tx, document, await draftLines(tx, countyId, storedRanges(ranges, countyId)))
    return recordStep(tx, actor, document, 'update', { body: { reason, sender }, paperNote: note })
  },
})
