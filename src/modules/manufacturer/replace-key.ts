// Replaces a manufacturer's key: it is used only after finance confirmed the new one, also for files still to come back.

import { z } from 'zod'
import { operatorOf } from '../../domain/document.ts'
import { command } from '../../domain/services.ts'
import { lockManufacturer, publicKeyText, readNewKey, requireUnused } from './manufacturer-row.ts'

/** Batches whose file went out sealed to the old key; what comes back is believed only under the new one. */
const openBatch = z.object({ documentId: z.int(), documentNo: z.string().nullable(), state: z.string() })
const openStates = ['generated', 'sent', 'checking', 'partlyStocked']

export const replaceKey = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({ manufacturerId: z.int(), publicKey: publicKeyText }),
  output: z.object({ manufacturerId: z.int(), fingerprint: z.string(), openBatches: z.array(openBatch) }),
  async run({ tx, actor, countyId, now }, { manufacturerId, publicKey }) {
    const key = await readNewKey(tx, countyId, publicKey, now)
    const { fingerprint } = key
    await lockManufacturer(tx, countyId, manufacturerId)
    await requireUnused(tx, countyId, { manufacturerId, fingerprint })
    await tx
      .updateTable('manufacturer')
      .set({ ...key, registeredBy: operatorOf(actor), confirmedBy: null, confirmedAt: null })
      .where('countyId', '=', countyId)
      .where('manufacturerId', '=', manufacturerId)
      .execute()
    const openBatches = await tx
      .selectFrom('batch')
      .innerJoin('document', join =>
        join.onRef('document.countyId', '=', 'batch.countyId').onRef('document.documentId', '=', 'batch.batchId'),
      )
      .select(['document.documentId', 'document.documentNo', 'document.state'])
      .where('batch.countyId', '=', countyId)
      .where('batch.manufacturerId', '=', manufacturerId)
      .where('document.state', 'in', openStates)
      .orderBy('document.documentId')
      .limit(200)
      .execute()
    return { manufacturerId, fingerprint, openBatches }
  },
})
