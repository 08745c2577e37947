// Registers a batch of cards to be made, as a draft (制卡批次).

import { z } from 'zod'
import { singleHolder } from '../../domain/county.ts'
import { createDocument } from '../../domain/document.ts'
import { documentAnswer } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { batchForm, checkBatch } from './batch-form.ts'

const pinDigits = 12

export const create = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject(batchForm),
  output: documentAnswer,
  async run({ tx, actor, countyId, services }, input) {
    const row = await checkBatch(tx, countyId, input)
    const document = await createDocument(tx, actor, {
      kind: 'ZK',
      holderId: await singleHolder(tx, countyId, 'county'),
      note: input.note,
      body: { expectedOn: input.expectedOn, purpose: input.purpose },
    })
    await tx
      .insertInto('batch')
      .values({ ...row, countyId, batchId: document.documentId, pinDigits, pinKey: services.pins.currentKey })
      .execute()
    return document
  },
})
