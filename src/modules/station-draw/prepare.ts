// Finance begins the issue of an approved application (办理出库), picked from the list or scanned from its print.

import { z } from 'zod'
import { lockUnderWay, refuseExpired } from '../../domain/approval.ts'
import { advanceDocument, createDocument, lockDocument, refuseSamePerson } from '../../domain/document.ts'
import { documentAnswer } from '../../domain/document-forms.ts'
import { documentIdOf, paperRef, refuseReplacedPrint } from '../../domain/paper.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const prepare = command({
  roles: ['countyFinance'],
  /** The application. */
  input: z.object(paperRef),
  /** The issue. */
  output: documentAnswer,
  async run({ tx, actor, countyId, now }, input) {
    const documentId = await documentIdOf(tx, countyId, 'LS', input)
    const application = await lockDocument(tx, countyId, 'LS', documentId, input.version)
    refuseExpired(application, now)
    const { state, approverId, holderId } = application
    if (state !== 'approved' || approverId === null) return refuse('documentState', { state, action: 'prepare' })
    await refuseSamePerson(tx, actor, approverId, 'CK04')
    const open = await lockUnderWay(tx, 'LS', application)
    if (open) refuse('issueOpen', { documentNo: open.documentNo ?? '' })
    if (input.documentId === undefined) await refuseReplacedPrint(tx, application, input.printNo)
    const issue = await createDocument(tx, actor, { kind: 'CK', holderId, parentId: documentId })
    return advanceDocument(tx, actor, issue, 'CK', 'prepare')
  },
})
