// The county approves that a station returns cards; good for some days.

import { z } from 'zod'
import { endOfDay } from '../../domain/approval.ts'
import { countySettings } from '../../domain/county-settings.ts'
import { advanceDocument, lockDocument } from '../../domain/document.ts'
import { documentAnswer, documentSeen, note } from '../../domain/document-forms.ts'
import { instant } from '../../domain/forms.ts'
import { command } from '../../domain/services.ts'

export const approve = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({ ...documentSeen, note: note.default('') }),
  output: documentAnswer.extend({ validUntil: instant }),
  async run({ tx, actor, countyId, now }, { documentId, version, note }) {
    const document = await lockDocument(tx, countyId, 'FS', documentId, version)
    const { approvalDays } = await countySettings(tx, countyId)
    const validUntil = await endOfDay(tx, now, approvalDays)
    const approved = await advanceDocument(tx, actor, document, 'FS', 'approve', { note, validUntil })
    return { ...approved, validUntil }
  },
})
