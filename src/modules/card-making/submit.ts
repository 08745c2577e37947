// Hands a batch to finance for approval; where the county asks for none, it is approved with that.

import { z } from 'zod'
import { allocateNumbers, lockBatch } from '../../domain/batch.ts'
import { countySettings } from '../../domain/county-settings.ts'
import { advanceDocument, lockDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'

export const submit = command({
  roles: ['countyCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version }) {
    const document = await lockDocument(tx, countyId, 'ZK', documentId, version)
    const submitted = await advanceDocument(tx, actor, document, 'ZK', 'submit')
    const { makingNeedsApproval } = await countySettings(tx, countyId)
    if (makingNeedsApproval) return submitted
    await allocateNumbers(tx, await lockBatch(tx, countyId, documentId))
    return advanceDocument(tx, actor, submitted, 'ZK', 'waiveApproval', { note: '无需审批' })
  },
})
