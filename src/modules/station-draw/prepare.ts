// Finance begins the issue of an approved application (办理出库), as an issue slip under way.

import { z } from 'zod'
import { advanceDocument, createDocument, lockDocument, refuseSamePerson } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { lockOpenIssue, refuseExpired } from '../../domain/draw.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const prepare = command({
  roles: ['countyFinance'],
  /** The application. */
  input: z.object(documentRef),
  /** The issue. */
  output: documentAnswer,
  async run({ tx, actor, countyId, now }, { documentId, version }) {
    const application = await lockDocument(tx, countyId, 'LS', documentId, version)
    refuseExpired(application, now)
    const { state, approverId, holderId } = application
    if (state !== 'approved' || approverId === null) return refuse('documentState', { state, action: 'prepare' })
    await refuseSamePerson(tx, actor, approverId, 'CK04')
    const open = await lockOpenIssue(tx, application)
    if (open) refuse('issueOpen', { documentNo: open.documentNo ?? '' })
    const issue = await createDocument(tx, actor, { kind: 'CK', holderId, parentId: documentId })
    return advanceDocument(tx, actor, issue, 'CK', 'prepare')
  },
})
