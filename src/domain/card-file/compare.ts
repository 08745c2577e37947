// Comparing a produced-card file with the batch (job `stockIn.compare`), line by line against the digests kept.

import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Database, Tx } from '../../kernel/db.ts'
import type { JobControl, JobKind } from '../../kernel/jobs.ts'
import { Refusal, refuse } from '../../kernel/refusal.ts'
import { partActor } from '../../kernel/session.ts'
import { type Batch, confirmedManufacturer, lockBatch, numbersOf, stepAfterStockIn } from '../batch.ts'
import { advanceDocument, type Document, lockDocument } from '../document.ts'
import { sameDigest } from '../pin.ts'
import { totalQuantity } from '../range.ts'
import { printSerial } from '../serial.ts'
import type { Services } from '../services.ts'
import { type StockInBody, settledRanges, stockInBody, writeResults } from '../stock-in.ts'
import { type Classifier, createClassifier, type Finding, type ResultClass, type ResultRange } from './classify.ts'
import { printedFingerprint, readPeerKey, SealError, SignatureError, schemeOf } from './envelope.ts'
import { CardFileError, type FileHead, type FileReader } from './format.ts'
import { type ProducedCard, parseProducedLine } from './produced-line.ts'
import { readSealedCards } from './sealed-cards.ts'

export interface CompareSettings {
  db: Database
  services: Pick<Services, 'pins' | 'files' | 'countyKeys'>
  now: () => Date
}

const input = z.object({ documentId: z.int() })
const digestsAtOnce = 1_000
/** Lines between two looks at progress and cancellation. */
const progressEvery = 20_000

export function compareCards(settings: CompareSettings): JobKind {
  return async (control, raw) => {
    const { documentId } = input.parse(raw)
    try {
      const work = await prepare(settings, control.countyId, documentId)
      if (work) await keep(settings.db, work, await compare(settings, control, work))
      return { documentId }
    } catch (error) {
      await giveUp(settings.db, control.countyId, documentId, error)
      throw error
    }
  }
}

interface Work {
  documentId: number
  batch: Batch
  batchNo: string
  county: string
  manufacturer: { name: string; publicKey: string }
  path: string
  settled: Awaited<ReturnType<typeof settledRanges>>
}

/** What the comparison needs from the database; null when the stock-in is not being compared (any more). */
async function prepare(settings: CompareSettings, countyId: number, documentId: number): Promise<Work | null> {
  return settings.db.transaction().execute(async tx => {
    const document = await lockDocument(tx, countyId, 'RK', documentId)
    if (document.state !== 'comparing' || document.parentId === null) return null
    const { fileId } = stockInBody.parse(document.body)
    const batch = await lockBatch(tx, countyId, document.parentId)
    const { rows } = await sql<{ batchNo: string; county: string; path: string }>`
      select d.document_no as batch_no, c.code as county, f.path
      from document d join county c using (county_id) join stored_file f using (county_id)
      where d.county_id = ${countyId} and d.document_id = ${batch.batchId} and f.file_id = ${fileId}`.execute(tx)
    const found = rows[0] ?? refuse('fileNotFound')
    return {
      ...found,
      documentId,
      batch,
      manufacturer: await confirmedManufacturer(tx, countyId, batch.manufacturerId),
      settled: await settledRanges(tx, { countyId, documentId: batch.batchId, ...numbersOf(batch) }),
    }
  })
}

interface Compared {
  results: ResultRange[]
  /** The fingerprint of the key whose signature was proven. */
  signedBy: string
}

async function compare(settings: CompareSettings, control: JobControl, work: Work): Promise<Compared> {
  const { batch, manufacturer } = work
  const by = await readPeerKey(manufacturer.publicKey, settings.now())
  const keys = { as: await settings.services.countyKeys.privateKey(batch.countyId, schemeOf(by)), by }
  const classifier = createClassifier(numbersOf(batch))
  for (const range of work.settled) classifier.settle(range, range.documentNo)
  try {
    const open = () => settings.services.files.read(work.path)
    const file = await readSealedCards('produced-cards', open, keys)
    requireBatch(file.head, work)
    await compareLines(settings, control, work, file, classifier)
    const results = classifier.results()
    requireNews(results)
    return { results, signedBy: printedFingerprint(by) }
  } catch (error) {
    if (error instanceof SignatureError) return refuse('RK01', { name: manufacturer.name })
    if (error instanceof SealError) return refuse('fileNotOpened')
    if (error instanceof CardFileError) return refuse('badCardFile', { line: error.line, problem: error.problem })
    throw error
  }
}

function requireBatch(head: FileHead, { batch, batchNo, county }: Work): void {
  const { firstSerial, lastSerial } = numbersOf(batch)
  const ours = [batchNo, county, printSerial(firstSerial), printSerial(lastSerial)]
  const theirs = [head.batchNo, head.county, head.firstSerial, head.lastSerial]
  if (ours.join() !== theirs.join()) refuse('RK02', { x: head.batchNo, y: batchNo })
}

/** A file of whose numbers of this batch every one was dealt with by earlier deliveries is one of those, sent again. */
function requireNews(results: readonly ResultRange[]): void {
  const before = results.filter(range => range.class === 'duplicate' && range.reason !== '')
  const [first] = before
  const nothing: readonly ResultClass[] = ['missing', 'extra']
  const news = totalQuantity(results.filter(range => !nothing.includes(range.class))) > totalQuantity(before)
  if (first && !news) refuse('RK03', { n: totalQuantity(before), no: first.reason })
}

async function compareLines(
  settings: CompareSettings,
  control: JobControl,
  { batch }: Work,
  { groups }: FileReader,
  classifier: Classifier,
): Promise<void> {
  let done = 0
  let told = 0
  await control.progress(0, batch.quantity)
  for await (const { firstLine, lines } of groups) {
    for (let from = 0; from < lines.length; from += digestsAtOnce) {
      const cards = lines.slice(from, from + digestsAtOnce).map((text, place) => ({
        ...parseProducedLine(text, firstLine + from + place),
        line: firstLine + from + place,
      }))
      const digests = await digestsOf(settings.db, batch, cards)
      for (const card of cards) {
        classifier.note(card.serial, findingOf(settings, batch, card, digests.get(card.serial)), card.line)
      }
      done += cards.length
      // A thousand digests at a time, then whoever else waits for this thread.
      await setImmediate()
    }
    if (done - told >= progressEvery) {
      told = done
      await control.progress(Math.min(done, batch.quantity), batch.quantity)
    }
  }
}

function findingOf({ services }: CompareSettings, batch: Batch, card: ProducedCard, kept: Buffer | undefined): Finding {
  if (card.fault !== null) return { class: 'reportedFaulty', reason: card.fault }
  if (!kept || !sameDigest(kept, services.pins.digest(batch.pinKey, card.serial, card.pin))) {
    return { class: 'changedPin', reason: '' }
  }
  if (card.faceValueFen !== batch.faceValueFen) return { class: 'changedFace', reason: String(card.faceValueFen) }
  return { class: 'match', reason: '' }
}

async function digestsOf(db: Database, batch: Batch, cards: readonly ProducedCard[]): Promise<Map<number, Buffer>> {
  const { rows } = await sql<{ serial: number; pinMac: Buffer }>`
    select serial, pin_mac from card where county_id = ${batch.countyId} and batch_id = ${batch.batchId}
      and serial = any(${cards.map(card => card.serial)}::bigint[])`.execute(db)
  return new Map(rows.map(row => [row.serial, row.pinMac]))
}

async function keep(db: Database, { batch, documentId }: Work, { results, signedBy }: Compared): Promise<void> {
  const { countyId } = batch
  await db.transaction().execute(async tx => {
    const document = await lockDocument(tx, countyId, 'RK', documentId)
    await writeResults(tx, document, results)
    const body: StockInBody = { ...stockInBody.parse(document.body), signedBy }
    await advanceDocument(tx, partActor('worker', countyId), document, 'RK', 'compared', { body })
  })
}

/** The stock-in goes back to a draft that says why, and the batch waits again for a file. */
async function giveUp(db: Database, countyId: number, documentId: number, error: unknown): Promise<void> {
  await db.transaction().execute(async tx => {
    const document = await lockDocument(tx, countyId, 'RK', documentId)
    if (document.state !== 'comparing') return
    const { code, details } = error instanceof Refusal ? error : { code: 'unexpected', details: {} }
    const body: StockInBody = { ...stockInBody.parse(document.body), problem: { code, details } }
    const worker = partActor('worker', countyId)
    await advanceDocument(tx, worker, document, 'RK', 'comparisonFailed', { body, note: code })
    await releaseBatch(tx, document)
  })
}

/** Lets the batch of a stock-in that ended go on: to the next delivery, or to its end. */
export async function releaseBatch(tx: Tx, stockIn: Document): Promise<void> {
  if (stockIn.parentId === null) throw new Error('a stock-in belongs to a batch')
  const batch = await lockDocument(tx, stockIn.countyId, 'ZK', stockIn.parentId)
  await advanceDocument(tx, partActor('worker', batch.countyId), batch, 'ZK', await stepAfterStockIn(tx, batch))
}
