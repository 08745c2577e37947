// Generating a batch (job `cardMaking.generate`): PINs, cards and the sealed new-card file, all of it or nothing.
//
// One transaction beside one file. The file is written as a draft while the cards of each chunk are copied; it is
// closed and synced; the transaction commits with its digest; only then does the file get its name. So a crash before
// the commit leaves a draft without cards, which the next run removes, and a crash after it a draft that only lacks its
// name, which the next run gives it. Whoever generates a batch holds its advisory lock until the commit.

import { createHash, type Hash } from 'node:crypto'
import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely'
import type pg from 'pg'
import { z } from 'zod'
import type { Database, Tx } from '../../kernel/db.ts'
import type { DB } from '../../kernel/db-types.ts'
import { JobCancelled, type JobControl, type JobKind } from '../../kernel/jobs.ts'
import { Refusal } from '../../kernel/refusal.ts'
import { partActor } from '../../kernel/session.ts'
import { type Batch, lockBatch, makerFor, numbersOf } from '../batch.ts'
import { countySettings } from '../county-settings.ts'
import { advanceDocument, type Document, lockDocument } from '../document.ts'
import type { PinVault } from '../pin.ts'
import { quantityOf } from '../range.ts'
import { printSerial } from '../serial.ts'
import type { Services } from '../services.ts'
import { copyCards, type NewCard } from './copy-cards.ts'
import { printedFingerprint, readPeerKey, type SealScheme, schemeOf, sealStream } from './envelope.ts'
import { endText, headText } from './format.ts'

export interface GenerateSettings {
  db: Database
  pool: pg.Pool
  services: Pick<Services, 'pins' | 'files' | 'countyKeys'>
  now: () => Date
  /** Cards drawn, sealed and copied at a time. */
  chunkSize?: number
  /** For tests: called between the steps; what it throws is a crash there. */
  between?: (step: 'drafted' | 'committed') => void | Promise<void>
}

const defaultChunk = 2_000
/** Cards between two looks at progress and cancellation. */
const progressEvery = 20_000
const input = z.object({ documentId: z.int() })

export function generateCards(settings: GenerateSettings): JobKind {
  return async (control, raw) => {
    const { documentId } = input.parse(raw)
    const { countyId } = control
    const state = await stateOf(settings.db, countyId, documentId)
    if (state === 'generating') {
      await generate(settings, control, documentId).catch(async error => {
        await abandon(settings, countyId, documentId)
        throw interrupted(error)
      })
    }
    await finishFile(settings, countyId, documentId)
    return { documentId }
  }
}

/** What whoever asked is told: nothing was left; the cause goes to the log. */
function interrupted(error: unknown): unknown {
  if (error instanceof JobCancelled || error instanceof Refusal) return error
  return Object.assign(new Refusal('ZK06'), { cause: error })
}

/** The name of a batch's sealed file in the store. */
export const newCardPath = (countyId: number, documentId: number) => `new-cards-${countyId}-${documentId}`

async function generate(settings: GenerateSettings, control: JobControl, documentId: number): Promise<void> {
  const { countyId } = control
  await inOwnTransaction(settings.pool, async (tx, client) => {
    await sql`select pg_advisory_xact_lock(${lockKey(countyId, documentId)})`.execute(tx)
    const batch = await lockBatch(tx, countyId, documentId)
    const maker = await makerFor(tx, countyId, batch.manufacturerId)
    const to = await readPeerKey(maker.publicKey, settings.now())
    const keys = { to, by: await settings.services.countyKeys.privateKey(countyId, schemeOf(to)) }
    const head = await headOf(tx, batch)
    const clear = clearText(settings, control, client, batch, head)
    const sm3 = createHash('sm3')
    const sealed = hashing(sealStream(clear, keys), sm3)
    const file = await settings.services.files.writeDraft(newCardPath(countyId, documentId), sealed)
    await settings.between?.('drafted')
    const document = await lockDocument(tx, countyId, 'ZK', documentId)
    await advanceDocument(tx, partActor('worker', countyId), document, 'ZK', 'finishGenerating')
    await keepFile(tx, document, {
      fileName: `${document.documentNo}.${fileEndings[schemeOf(to)]}`,
      fileSha256: file.sha256.toString('hex'),
      fileSm3: sm3.digest('hex'),
      fileBytes: file.sizeBytes,
      sealedTo: printedFingerprint(to),
    })
  })
  await settings.between?.('committed')
}

/** Passes bytes on, and counts them into a digest. */
async function* hashing(bytes: AsyncIterable<Uint8Array>, digest: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    digest.update(chunk)
    yield chunk
  }
}

/** Head, a line a card, end; every card is in the transaction before the end is handed on. */
async function* clearText(
  settings: GenerateSettings,
  control: JobControl,
  client: pg.ClientBase,
  batch: Batch,
  head: string,
): AsyncGenerator<Buffer> {
  const { pins } = settings.services
  const { firstSerial, lastSerial } = numbersOf(batch)
  const chunkSize = settings.chunkSize ?? defaultChunk
  yield Buffer.from(head)
  // While the database takes one chunk, the next is drawn.
  let copied: Promise<void> = Promise.resolve()
  for (let first = firstSerial; first <= lastSerial; first += chunkSize) {
    if ((first - firstSerial) % progressEvery < chunkSize) await control.progress(first - firstSerial, batch.quantity)
    const { cards, lines } = drawChunk(pins, batch, first, Math.min(first + chunkSize - 1, lastSerial))
    await copied
    copied = copyCards(client, batch, cards)
    // Whoever stops reading lets the copy go on; its failure is then of no interest.
    copied.catch(() => {})
    yield Buffer.from(lines)
  }
  await copied
  await control.progress(batch.quantity, batch.quantity)
  yield Buffer.from(endText(quantityOf({ firstSerial, lastSerial })))
}

function drawChunk(pins: PinVault, batch: Batch, first: number, last: number): { cards: NewCard[]; lines: string } {
  const cards: NewCard[] = []
  let lines = ''
  for (let serial = first; serial <= last; serial += 1) {
    const pin = pins.draw(serial, batch.pinDigits)
    cards.push({ serial, pinMac: pins.digest(batch.pinKey, serial, pin) })
    lines += `${printSerial(serial)},${pin}\n`
  }
  return { cards, lines }
}

async function headOf(tx: Tx, batch: Batch): Promise<string> {
  const { rows } = await sql<{ batchNo: string; county: string }>`
    select d.document_no as batch_no, c.code as county from document d join county c using (county_id)
    where d.county_id = ${batch.countyId} and d.document_id = ${batch.batchId}`.execute(tx)
  const row = rows[0]
  if (!row) throw new Error('a batch has a document')
  const { firstSerial, lastSerial } = numbersOf(batch)
  return headText('new-cards', {
    ...batch,
    ...row,
    firstSerial: printSerial(firstSerial),
    lastSerial: printSerial(lastSerial),
  })
}

/** How a sealed file's name ends. */
const fileEndings: Readonly<Record<SealScheme, string>> = { openpgp: 'pgp', sm2: 'sm' }

interface FileFacts {
  fileName: string
  fileSha256: string
  fileSm3: string
  fileBytes: number
  /** The fingerprint of the key that it was sealed to. */
  sealedTo: string
}

async function keepFile(tx: Tx, document: Document, file: FileFacts): Promise<void> {
  const { countyId, documentId } = document
  const { newCardFileDownloads } = await countySettings(tx, countyId)
  await tx
    .updateTable('batch')
    .set({
      ...file,
      downloadsLeft: newCardFileDownloads,
      generatedAt: sql<Date>`clock_timestamp()`,
    })
    .where('countyId', '=', countyId)
    .where('batchId', '=', documentId)
    .execute()
}

/** After the commit: the file gets its name. Nothing to do where it has one, or the batch was not generated. */
async function finishFile(settings: GenerateSettings, countyId: number, documentId: number): Promise<void> {
  const batch = await settings.db
    .selectFrom('batch')
    .select('generatedAt')
    .where('countyId', '=', countyId)
    .where('batchId', '=', documentId)
    .executeTakeFirst()
  if (batch?.generatedAt) await settings.services.files.finishDraft(newCardPath(countyId, documentId))
}

/** Failed or cancelled: the draft goes, and the batch can be generated anew (ZK06). */
async function abandon(settings: GenerateSettings, countyId: number, documentId: number): Promise<void> {
  await settings.db.transaction().execute(async tx => {
    const document = await lockDocument(tx, countyId, 'ZK', documentId)
    if (document.state !== 'generating') return
    await settings.services.files.removeDraft(newCardPath(countyId, documentId))
    await advanceDocument(tx, partActor('worker', countyId), document, 'ZK', 'abandon')
  })
}

async function stateOf(db: Database, countyId: number, documentId: number): Promise<string | null> {
  const row = await db
    .selectFrom('document')
    .select('state')
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .where('kind', '=', 'ZK')
    .executeTakeFirst()
  return row?.state ?? null
}

/** At a start: names or removes the drafts that a crash left. Drafts that somebody is writing now are left alone. */
export async function finishInterruptedGenerations(settings: GenerateSettings): Promise<number> {
  const drafts = await settings.services.files.drafts('new-cards-')
  for (const path of drafts) {
    const [countyId = 0, documentId = 0] = path.split('-').slice(2).map(Number)
    await settings.db.transaction().execute(async tx => {
      const { rows } = await sql<{ mine: boolean }>`
        select pg_try_advisory_xact_lock(${lockKey(countyId, documentId)}) as mine`.execute(tx)
      if (!rows[0]?.mine) return
      const batch = await tx
        .selectFrom('batch')
        .select('generatedAt')
        .where('countyId', '=', countyId)
        .where('batchId', '=', documentId)
        .executeTakeFirst()
      if (batch?.generatedAt) await settings.services.files.finishDraft(path)
      else await settings.services.files.removeDraft(path)
    })
  }
  return drafts.length
}

const lockKey = (countyId: number, documentId: number) =>
  sql`hashtextextended(${`new-cards ${countyId} ${documentId}`}, 0)`

/** A transaction on a connection at hand, so that COPY and typed queries share it. */
async function inOwnTransaction<T>(pool: pg.Pool, work: (tx: Tx, client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  // Kysely gives its connection back after the transaction; this one is given back below.
  const lent = { query: client.query.bind(client), release: () => {} }
  const db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool: { connect: async () => lent, end: async () => {} } }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
  try {
    return await db.transaction().execute(tx => work(tx, client))
  } finally {
    client.release()
  }
}
