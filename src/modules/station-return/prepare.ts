// Finance begins to inspect the cards of an approved return (办理返卡), picked from the list or scanned from its print.

import { z } from 'zod'
import { lockUnderWay, refuseExpired } from '../../domain/approval.ts'
import { advanceDocument, createDocument, lockDocument, refuseSamePerson } from '../../domain/document.ts'
import { documentAnswer } from '../../domain/document-forms.ts'
import { documentIdOf, paperRef } from '../../domain/paper.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const prepare = command({
  roles: ['countyFinance'],
  /** The application. */
  input: z.object(paperRef),
  /** The return. */
  output: documentAnswer,
  async run({ tx, actor, countyId, now }, input) {
    const documentId = await documentIdOf(tx, countyId, 'FS', input)
    const application = await lockDocument(tx, countyId, 'FS', documentId, input.version)
    refuseExpired(application, now)
    const { state, approverId, holderId } = application
    if (state !== 'approved' || approverId === null) return refuse('documentState', { state, action: 'prepare' })
    await refuseSamePerson(tx, actor, approverId, 'C02')
    const open = await lockUnderWay(tx, 'FS', application)
    if (open) refuse('returnOpen', { documentNo: open.documentNo ?? '' })
    const slip = await createDocument(tx, actor, { kind: 'FK', holderId, parentId: documentId })
    return advanceDocument(tx, actor, slip, 'FK', 'prepare')
  },
})
