// The attachments of a document, for whoever sees the document.

import { z } from 'zod'
import { attachmentsOf } from '../../domain/attachment.ts'
import { attachmentShown } from '../../domain/document-forms.ts'
import { seenKind } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'

export const list = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'hotlineAttendant'],
  input: z.strictObject({ documentId: z.int() }),
  output: z.object({ attachments: z.array(attachmentShown) }),
  async run({ tx, actor, countyId }, { documentId }) {
    await seenKind(tx, actor, documentId)
    return { attachments: await attachmentsOf(tx, countyId, documentId) }
  },
})
