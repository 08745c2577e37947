// Hands out the sealed new-card file, a limited number of times, each one recorded.

import { z } from 'zod'
import { lockBatch } from '../../domain/batch.ts'
import { newCardPath } from '../../domain/card-file/generate.ts'
import { lockDocument, recordStep } from '../../domain/document.ts'
import { documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const download = command({
  roles: ['countyCardAdmin'],
  answersSecret: true,
  input: z.object(documentRef),
  output: z.object({
    downloadsLeft: z.int(),
    /** The bytes follow by the same door: whoever carries the call streams this file of the store. */
    download: z.object({ fileName: z.string(), mediaType: z.string(), path: z.string(), sizeBytes: z.int() }),
  }),
  async run({ tx, actor, countyId }, { documentId, version }) {
    const document = await lockDocument(tx, countyId, 'ZK', documentId, version)
    if (document.state !== 'generated' && document.state !== 'sent') {
      refuse('documentState', { state: document.state, action: 'download' })
    }
    const batch = await lockBatch(tx, countyId, documentId)
    const { fileName, fileBytes } = batch
    if (fileName === null || fileBytes === null) throw new Error('a generated batch has its file')
    if (batch.downloadsLeft < 1) refuse('ZK05')
    const downloadsLeft = batch.downloadsLeft - 1
    await tx
      .updateTable('batch')
      .set({ downloadsLeft })
      .where('countyId', '=', countyId)
      .where('batchId', '=', documentId)
      .execute()
    await recordStep(tx, actor, document, 'download', { note: `${fileName} ${batch.fileSha256?.slice(0, 16)}` })
    const path = newCardPath(countyId, documentId)
    return { downloadsLeft, download: { fileName, mediaType: 'application/pgp-encrypted', path, sizeBytes: fileBytes } }
  },
})
