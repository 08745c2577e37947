// Hands out one attachment to whoever sees its document; the reading is recorded.

import { z } from 'zod'
import { attachmentsOf } from '../../domain/attachment.ts'
import { seenKind } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const get = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'hotlineAttendant'],
  sensitive: true,
  input: z.strictObject({ documentId: z.int(), attachmentNo: z.int() }),
  output: z.object({
    /** The bytes follow by the same door: whoever carries the call streams this file of the store. */
    download: z.object({ fileName: z.string(), mediaType: z.string(), path: z.string(), sizeBytes: z.int() }),
  }),
  async run({ tx, actor, countyId }, { documentId, attachmentNo }) {
    await seenKind(tx, actor, documentId)
    const attachments = await attachmentsOf(tx, countyId, documentId)
    const found = attachments.find(one => one.attachmentNo === attachmentNo)
    if (!found) return refuse('fileNotFound')
    const { name: fileName, mediaType, path, sizeBytes } = found
    return { download: { fileName, mediaType, path, sizeBytes } }
  },
})
