// Starts the generation of an approved batch: a job with progress, which leaves everything or nothing.

import { z } from 'zod'
import { batchBody, lockBatch, makerFor } from '../../domain/batch.ts'
import { advanceDocument, lockDocument, operatorOf, recordStep } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import type { Tx } from '../../kernel/db.ts'
import { enqueueJob } from '../../kernel/jobs.ts'
import { refuse } from '../../kernel/refusal.ts'

export const generate = command({
  roles: ['countyCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer.extend({ jobId: z.int() }),
  async run({ tx, actor, countyId }, { documentId, version }) {
    const document = await lockDocument(tx, countyId, 'ZK', documentId, version)
    const before = batchBody.parse(document.body)
    const interrupted = document.state === 'generating'
    if (interrupted && (await isOpen(tx, countyId, before.jobId))) {
      refuse('documentState', { state: document.state, action: 'generate' })
    }
    const { manufacturerId } = await lockBatch(tx, countyId, documentId)
    await makerFor(tx, countyId, manufacturerId)
    const createdBy = operatorOf(actor)
    const jobId = await enqueueJob(tx, { countyId, kind: 'cardMaking.generate', input: { documentId }, createdBy })
    const body = { ...before, jobId }
    // A job that was cancelled before it began could not put the document back: it starts from where it stands.
    const started = interrupted
      ? await recordStep(tx, actor, document, 'startGenerating', { body })
      : await advanceDocument(tx, actor, document, 'ZK', 'startGenerating', { body })
    return { ...started, jobId }
  },
})

async function isOpen(tx: Tx, countyId: number, jobId: number | null): Promise<boolean> {
  const job = await tx
    .selectFrom('job')
    .select('state')
    .where('countyId', '=', countyId)
    .where('jobId', '=', jobId)
    .executeTakeFirst()
  return job?.state === 'waiting' || job?.state === 'running'
}
