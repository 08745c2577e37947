// Finance allows more downloads of a new-card file, with the reason (追加下载授权).

import { z } from 'zod'
import { lockBatch } from '../../domain/batch.ts'
import { lockDocument, recordStep } from '../../domain/document.ts'
import { documentAnswer, documentSeen, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

const mostLeft = 20

export const downloadGrant = command({
  roles: ['countyFinance'],
  input: z.strictObject({ ...documentSeen, count: z.int().min(1).max(10), reason: note.min(1) }),
  output: documentAnswer.extend({ downloadsLeft: z.int() }),
  async run({ tx, actor, countyId }, { documentId, version, count, reason }) {
    const document = await lockDocument(tx, countyId, 'ZK', documentId, version)
    if (document.state !== 'generated' && document.state !== 'sent') {
      refuse('documentState', { state: document.state, action: 'downloadGrant' })
    }
    const batch = await lockBatch(tx, countyId, documentId)
    const downloadsLeft = batch.downloadsLeft + count
    if (downloadsLeft > mostLeft) refuse('tooManyDownloads', { n: mostLeft })
    await tx
      .updateTable('batch')
      .set({ downloadsLeft })
      .where('countyId', '=', countyId)
      .where('batchId', '=', documentId)
      .execute()
    const granted = await recordStep(tx, actor, document, 'downloadGrant', { note: `+${count} ${reason}` })
    return { ...granted, downloadsLeft }
  },
})
