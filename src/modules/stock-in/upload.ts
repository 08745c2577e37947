// Names the produced-card file of a delivery and starts its comparison, a job. The bytes were stored before.

import { z } from 'zod'
import { advanceDocument, lockDocument, operatorOf } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { clearFindings, type StockInBody, stockInBody } from '../../domain/stock-in.ts'
import { enqueueJob } from '../../kernel/jobs.ts'
import { refuse } from '../../kernel/refusal.ts'

export const upload = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({ ...documentRef, fileId: z.int() }),
  output: documentAnswer.extend({ jobId: z.int() }),
  async run({ tx, actor, countyId }, { documentId, version, fileId }) {
    const document = await lockDocument(tx, countyId, 'RK', documentId, version)
    const file = await tx
      .selectFrom('storedFile')
      .select('name')
      .where('countyId', '=', countyId)
      .where('fileId', '=', fileId)
      .executeTakeFirst()
    if (!file || document.parentId === null) return refuse('fileNotFound')
    const createdBy = operatorOf(actor)
    const jobId = await enqueueJob(tx, { countyId, kind: 'stockIn.compare', input: { documentId }, createdBy })
    const { deliveryNo } = stockInBody.parse(document.body)
    const body: StockInBody = stockInBody.parse({ deliveryNo, fileId, fileName: file.name, jobId })
    await clearFindings(tx, document)
    const started = await advanceDocument(tx, actor, document, 'RK', 'startComparing', { body })
    // One delivery of a batch at a time: what another has admitted must be known before this one is compared.
    if (document.state === 'draft') {
      const batch = await lockDocument(tx, countyId, 'ZK', document.parentId)
      await advanceDocument(tx, actor, batch, 'ZK', 'startChecking')
    }
    return { ...started, jobId }
  },
})
