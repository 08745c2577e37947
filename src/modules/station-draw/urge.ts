// Finance asks a station to take its cards in (催验收): written down with how long they have been on the road.

import { z } from 'zod'
import { recordStep } from '../../domain/document.ts'
import { documentAnswer, documentRef, note } from '../../domain/document-forms.ts'
import { lockIssue } from '../../domain/draw.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const urge = command({
  roles: ['countyFinance'],
  input: z.strictObject({ ...documentRef, note: note.default('') }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version, note }) {
    const { issue } = await lockIssue(tx, countyId, documentId, version)
    if (issue.state !== 'inTransit') refuse('documentState', { state: issue.state, action: 'urge' })
    return recordStep(tx, actor, issue, 'urge', { note })
  },
})
