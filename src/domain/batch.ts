// Batches of cards (批次): the row beside their document, and the numbers they get when they are approved.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'
import { countySettings } from './county-settings.ts'
import { type Document, operatorOf } from './document.ts'
import { type SerialRange, totalQuantity } from './range.ts'
import { defaultNumberDigits, storedSerial } from './serial.ts'
import { admitCards, unadmittedRanges } from './stock.ts'

/** What only the document of a batch holds (制卡批次). */
export const batchBody = z.object({
  expectedOn: z.string(),
  purpose: z.string().default(''),
  /** The job that generates, once it was asked for. */
  jobId: z.int().nullable().default(null),
})

export interface Batch {
  countyId: number
  batchId: number
  faceValueFen: number
  quantity: number
  pinDigits: number
  firstSerial: number | null
  lastSerial: number | null
  expiresOn: string
  manufacturerId: number
  pinKey: string
  fileName: string | null
  fileSha256: string | null
  fileSm3: string | null
  sealedTo: string | null
  fileBytes: number | null
  downloadsLeft: number
  generatedAt: Date | null
}

/** The batch of a document, locked against change. */
export async function lockBatch(tx: Tx, countyId: number, batchId: number): Promise<Batch> {
  return tx
    .selectFrom('batch')
    .selectAll()
    .where('countyId', '=', countyId)
    .where('batchId', '=', batchId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
}

/** The numbers of a batch that has them. */
export function numbersOf(batch: Pick<Batch, 'firstSerial' | 'lastSerial'>): SerialRange {
  const { firstSerial, lastSerial } = batch
  if (firstSerial === null || lastSerial === null) throw new Error('a batch has its numbers once it is approved')
  return { firstSerial, lastSerial }
}

/** Gives a batch the next numbers of its county; a number is never given twice. */
export async function allocateNumbers(tx: Tx, batch: Batch): Promise<SerialRange> {
  const { countyId, batchId, quantity } = batch
  const { rows } = await sql<{ next: number }>`
    insert into card_counter as c (county_id, number_digits, next_number)
    values (${countyId}, ${defaultNumberDigits}, ${1 + quantity})
    on conflict (county_id, number_digits) do update set next_number = c.next_number + ${quantity}
    returning next_number as next`.execute(tx)
  const next = rows[0]?.next
  if (next === undefined) throw new Error('the counter answers')
  if (next > 10 ** defaultNumberDigits) refuse('numbersExhausted')
  const range = {
    firstSerial: storedSerial(countyId, next - quantity),
    lastSerial: storedSerial(countyId, next - 1),
  }
  await tx.updateTable('batch').set(range).where('countyId', '=', countyId).where('batchId', '=', batchId).execute()
  return range
}

/** A manufacturer whose key finance has confirmed; refuses any other (ZK04). */
export async function confirmedManufacturer(tx: Tx, countyId: number, manufacturerId: number) {
  const found = await tx
    .selectFrom('manufacturer')
    .select(['name', 'publicKey', 'keyScheme', 'confirmedAt', 'disabledAt'])
    .where('countyId', '=', countyId)
    .where('manufacturerId', '=', manufacturerId)
    .executeTakeFirst()
  if (!found) return refuse('manufacturerNotFound')
  if (found.confirmedAt === null) return refuse('ZK04', { name: found.name })
  return found
}

/** The same, for whom a new file may be made: not disabled, and with a key of a kind that the county uses. */
export async function makerFor(tx: Tx, countyId: number, manufacturerId: number) {
  const found = await confirmedManufacturer(tx, countyId, manufacturerId)
  if (found.disabledAt !== null) refuse('manufacturerDisabled', { name: found.name })
  const { cardFileKeys } = await countySettings(tx, countyId)
  if (!cardFileKeys.some(scheme => scheme === found.keyScheme)) refuse('keySchemeUnused', { scheme: found.keyScheme })
  return found
}

/** Numbers of an ended batch that never became cards: dead for ever (拒收). Returns how many. */
export async function rejectRemaining(
  tx: Tx,
  actor: Actor,
  document: Document,
  ranges: readonly SerialRange[],
  { reason, at }: { reason: string; at: Date },
): Promise<number> {
  const { countyId, documentId, holderId } = document
  await admitCards(tx, {
    countyId,
    batchId: documentId,
    admitted: [],
    rejected: ranges.map(range => ({ ...range, reason })),
    countyHolderId: holderId,
    documentId,
    operatorId: operatorOf(actor),
    at,
  })
  return totalQuantity(ranges)
}

/** After a stock-in ended: what the batch's document does next, by the numbers that are still to come. */
export async function stepAfterStockIn(
  tx: Tx,
  document: Document,
): Promise<'nothingStocked' | 'stockPart' | 'stockAll'> {
  const { countyId, documentId: batchId } = document
  const batch = await lockBatch(tx, countyId, batchId)
  const open = await unadmittedRanges(tx, { countyId, batchId, ...numbersOf(batch) })
  if (open.length === 0) return 'stockAll'
  const { firstSerial, lastSerial } = numbersOf(batch)
  const [only] = open
  return only?.firstSerial === firstSerial && only.lastSerial === lastSerial ? 'nothingStocked' : 'stockPart'
}
