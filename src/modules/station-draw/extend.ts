// The county lets an approval be collected later (展期): once, and before its day is over.

import { z } from 'zod'
import { endOfDay, refuseExpired } from '../../domain/approval.ts'
import { countySettings } from '../../domain/county-settings.ts'
import { lockDocument, recordStep } from '../../domain/document.ts'
import { documentAnswer, documentSeen } from '../../domain/document-forms.ts'
import { applicationBody } from '../../domain/draw.ts'
import { instant } from '../../domain/forms.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

const day = 86_400_000

export const extend = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({
    ...documentSeen,
    /** So many days more; the county's setting says how many at the most, and how many where none are named. */
    days: z.int().min(1).max(90).optional(),
  }),
  output: documentAnswer.extend({ validUntil: instant }),
  async run({ tx, actor, countyId, now }, { documentId, version, days: wanted }) {
    const document = await lockDocument(tx, countyId, 'LS', documentId, version)
    refuseExpired(document, now)
    const { state, validUntil: before } = document
    if (state !== 'approved' || before === null) return refuse('documentState', { state, action: 'extend' })
    const body = applicationBody.parse(document.body)
    if (body.extension) refuse('extendedOnce', { until: body.extension.until, by: body.extension.by })
    const { extensionDays } = await countySettings(tx, countyId)
    const days = wanted ?? extensionDays
    if (days > extensionDays) refuse('extensionTooLong', { days: extensionDays })
    // Good until a midnight: the last day is the one before it.
    const validUntil = await endOfDay(tx, new Date(before.getTime() - 1), days)
    const until = new Date(validUntil.getTime() - day).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
    const extension = { until, by: actor.name, at: now.toISOString() }
    const changed = await recordStep(tx, actor, document, 'extend', {
      note: until,
      body: { ...body, extension },
      validUntil,
    })
    return { ...changed, validUntil }
  },
})
