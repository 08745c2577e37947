// The author changes a void that is a draft or came back.

import { z } from 'zod'
import { editableVoidStates, lockVoid, voidForm, writeVoid } from '../../domain/card-void.ts'
import { recordStep } from '../../domain/document.ts'
import { documentAnswer, documentRef, note, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const update = command({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'],
  input: z.strictObject({ ...documentRef, ...voidForm, ranges: printedRanges, note: note.default('') }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version, ranges, note, ...form }) {
    const document = await lockVoid(tx, actor, documentId, version)
    const { state, authorId } = document
    if (!editableVoidStates.includes(state)) refuse('documentState', { state, action: 'update' })
    if (authorId !== actor.operatorId) refuse('notAuthor')
    const body = await writeVoid(tx, actor, document, form, storedRanges(ranges, countyId))
    return recordStep(tx, actor, document, 'update', { body, note })
  },
})
