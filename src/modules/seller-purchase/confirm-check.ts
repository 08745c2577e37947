// The seller confirms the joint check on the station's screen: by password, or on paper, ticked by the station.

import { z } from 'zod'
import { recordStep } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { readRanges } from '../../domain/document-lines.ts'
import { lockDraft } from '../../domain/draft.ts'
import { confirmsHere } from '../../domain/operator-check.ts'
import { type PurchaseBody, purchaseBody } from '../../domain/purchase.ts'
import { command } from '../../domain/services.ts'
import type { Tx } from '../../kernel/db.ts'
import { secret } from '../../kernel/redact.ts'
import { refuse } from '../../kernel/refusal.ts'

export const confirmCheck = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject({
    ...documentRef,
    /** Absent: signed on paper, by whoever stands for the seller. */
    signIn: z
      .strictObject({ staffNo: z.string().min(1).max(20), password: secret(z.string().min(1).max(200)) })
      .nullable()
      .default(null),
  }),
  /** A wrong password is a result, since its count must outlive the answer. */
  output: documentAnswer.extend({ outcome: z.enum(['confirmed', 'wrong', 'locked']) }),
  async run({ tx, actor, countyId, now }, { documentId, version, signIn }) {
    const draft = await lockDraft(tx, actor, 'SK', { documentId, version })
    if ((await readRanges(tx, draft)).length === 0) refuse('C04')
    const before = purchaseBody.parse(draft.body)
    const by = signIn ? await personOf(tx, countyId, before, signIn.staffNo) : before.sellerName
    const answer = signIn ? await confirmsHere(tx, countyId, signIn.staffNo, signIn.password) : 'right'
    if (answer !== 'right') return { ...draft, outcome: answer }
    const confirmed = signIn ? ('password' as const) : ('paper' as const)
    const jointCheck = { confirmed, by, staffNo: signIn?.staffNo ?? '', at: now.toISOString() }
    const body: PurchaseBody = { ...before, jointCheck }
    const checked = await recordStep(tx, actor, draft, 'confirmCheck', { body })
    return { ...checked, outcome: 'confirmed' as const }
  },
})

/** The name of a person who signs in for this seller or hall. */
async function personOf(tx: Tx, countyId: number, { sellerId, sellerName }: PurchaseBody, staffNo: string) {
  const person = await tx
    .selectFrom('operator')
    .select('name')
    .where('countyId', '=', countyId)
    .where('staffNo', '=', staffNo)
    .where('holderId', '=', sellerId)
    .where('role', '=', 'sellerPortal')
    .where('disabledAt', 'is', null)
    .executeTakeFirst()
  return person?.name ?? refuse('notOfSeller', { seller: sellerName })
}
