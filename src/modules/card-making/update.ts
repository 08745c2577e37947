// The author changes a batch that is with him: a draft, or one that came back.

import { z } from 'zod'
import { batchBody } from '../../domain/batch.ts'
import { lockDocument, recordStep } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'
import { batchForm, checkBatch } from './batch-form.ts'

const editable = ['draft', 'rejected', 'withdrawn']

export const update = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({ ...documentRef, ...batchForm }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version, ...input }) {
    const document = await lockDocument(tx, countyId, 'ZK', documentId, version)
    if (!editable.includes(document.state)) refuse('documentState', { state: document.state, action: 'update' })
    if (document.authorId !== actor.operatorId) refuse('notAuthor')
    const row = await checkBatch(tx, countyId, input)
    await tx.updateTable('batch').set(row).where('countyId', '=', countyId).where('batchId', '=', documentId).execute()
    await tx
      .updateTable('document')
      .set({ note: input.note })
      .where('countyId', '=', countyId)
      .where('documentId', '=', documentId)
      .execute()
    const { expectedOn, purpose } = input
    return recordStep(tx, actor, document, 'update', {
      body: { ...batchBody.parse(document.body), expectedOn, purpose },
    })
  },
})
