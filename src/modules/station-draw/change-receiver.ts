// The station names another receiving clerk (改领卡员), until the issue; what the earlier one confirmed is confirmed again.

import { z } from 'zod'
import { lockUnderWay, refuseExpired } from '../../domain/approval.ts'
import { advanceDocument, lockOwnDocument, recordStep } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { applicationBody, issueBody, receiver } from '../../domain/draw.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const changeReceiver = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject({ ...documentRef, receiver }),
  output: documentAnswer,
  async run({ tx, actor, now }, { documentId, version, receiver }) {
    const application = await lockOwnDocument(tx, actor, 'LS', documentId, version)
    refuseExpired(application, now)
    const { state } = application
    if (state !== 'pendingApproval' && state !== 'approved')
      refuse('documentState', { state, action: 'changeReceiver' })
    const issue = await lockUnderWay(tx, 'LS', application)
    if (issue?.state === 'checked') {
      await advanceDocument(tx, actor, issue, 'CK', 'pick', { body: { ...issueBody.parse(issue.body), check: null } })
    }
    const body = applicationBody.parse(application.body)
    const from = body.receiver?.name ?? ''
    const at = now.toISOString()
    const change = { from, to: receiver.name, by: actor.name, at, version: application.version + 1 }
    return recordStep(tx, actor, application, 'changeReceiver', {
      note: `${from} → ${receiver.name}`,
      body: { ...body, receiver, receiverChanges: [...body.receiverChanges, change].slice(-20) },
    })
  },
})
