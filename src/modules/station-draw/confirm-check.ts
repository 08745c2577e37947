// The receiving clerk confirms the joint check on finance's screen: by password, or on paper, ticked by finance.

import { z } from 'zod'
import { refuseExpired } from '../../domain/approval.ts'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef, note } from '../../domain/document-forms.ts'
import { applicationBody, type IssueBody, issueBody, lockIssue } from '../../domain/draw.ts'
import { confirmsHere } from '../../domain/operator-check.ts'
import { command } from '../../domain/services.ts'
import { secret } from '../../kernel/redact.ts'
import { refuse } from '../../kernel/refusal.ts'

export const confirmCheck = command({
  roles: ['countyFinance'],
  input: z.strictObject({
    ...documentRef,
    staffNo: z.string().min(1).max(20),
    /** Absent: signed on paper, and the identity was compared. */
    password: secret(z.string().min(1).max(200)).nullable().default(null),
    /** What the check found (联合检验结论). */
    conclusion: note.default('相符'),
  }),
  /** A wrong password is a result, since its count must outlive the answer. */
  output: documentAnswer.extend({ outcome: z.enum(['confirmed', 'wrong', 'locked']) }),
  async run({ tx, actor, countyId, now }, { documentId, version, staffNo, password, conclusion }) {
    const { issue, application } = await lockIssue(tx, countyId, documentId, version)
    refuseExpired(application, now)
    const { receiver } = applicationBody.parse(application.body)
    if (!receiver || receiver.staffNo !== staffNo) return refuse('wrongReceiver', { name: receiver?.name ?? '' })
    if (actor.staffNo === staffNo) refuse('checkAlone')
    const answer = password === null ? 'right' : await confirmsHere(tx, countyId, staffNo, password)
    if (answer !== 'right') return { ...issue, outcome: answer }
    const how = password === null ? ('paper' as const) : ('password' as const)
    const check = { by: receiver.name, staffNo, how, at: now.toISOString(), conclusion }
    const body: IssueBody = { ...issueBody.parse(issue.body), check }
    const confirmed = await advanceDocument(tx, actor, issue, 'CK', 'confirmCheck', { body })
    return { ...confirmed, outcome: 'confirmed' as const }
  },
})
