// Finance approves a batch: it gets its numbers.

import { z } from 'zod'
import { allocateNumbers, lockBatch } from '../../domain/batch.ts'
import { advanceDocument, lockDocument } from '../../domain/document.ts'
import { documentAnswer, documentSeen, note } from '../../domain/document-forms.ts'
import { printSerial } from '../../domain/serial.ts'
import { command } from '../../domain/services.ts'

export const approve = command({
  roles: ['countyFinance'],
  input: z.strictObject({ ...documentSeen, note: note.optional() }),
  output: documentAnswer.extend({ firstSerial: z.string(), lastSerial: z.string() }),
  async run({ tx, actor, countyId }, { documentId, version, note = '' }) {
    const document = await lockDocument(tx, countyId, 'ZK', documentId, version)
    const approved = await advanceDocument(tx, actor, document, 'ZK', 'approve', { note })
    const { firstSerial, lastSerial } = await allocateNumbers(tx, await lockBatch(tx, countyId, documentId))
    return { ...approved, firstSerial: printSerial(firstSerial), lastSerial: printSerial(lastSerial) }
  },
})
