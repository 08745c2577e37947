// Attaches an uploaded picture or paper to a document: ten at the most, 10 MB each, what it is told by its bytes.

import { z } from 'zod'
import { attachFile } from '../../domain/attachment.ts'
import { lockDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { seenKind } from '../../domain/document-read.ts'
import { command } from '../../domain/services.ts'

export const add = command({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'hotlineAttendant'],
  input: z.strictObject({
    ...documentRef,
    fileId: z.int(),
    /** Instead of the name of the upload. */
    name: z.string().max(200).optional(),
  }),
  output: documentAnswer.extend({ attachmentNo: z.int() }),
  async run({ tx, actor, countyId }, { documentId, version, fileId, name }) {
    const kind = await seenKind(tx, actor, documentId)
    const locked = await lockDocument(tx, countyId, kind, documentId, version)
    const { document, attachmentNo } = await attachFile(tx, actor, locked, { fileId, name })
    return { ...document, attachmentNo }
  },
})
