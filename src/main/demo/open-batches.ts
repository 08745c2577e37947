// Two batches that are still on their way, made through the same operations people use: one ready to be generated, and
// one back from the manufacturer with a file that holds one of every fault.

import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { readPeerKey, sealStream } from '../../domain/card-file/envelope.ts'
import { endText, headText } from '../../domain/card-file/format.ts'
import { producedLine } from '../../domain/card-file/produced-line.ts'
import { printSerial, readSerial } from '../../domain/serial.ts'
import type { Services } from '../../domain/services.ts'
import type { Database } from '../../kernel/db.ts'
import { localDate } from './calendar.ts'
import type { Maker } from './manufacturer.ts'
import type { People } from './people.ts'
import type { CountyFacts } from './setting.ts'

export interface OpenWork {
  db: Database
  services: Pick<Services, 'pins' | 'files'>
  people: People
  maker: Maker
  facts: CountyFacts
  nowMs: number
}

/** How many cards of the file with every fault are of each class; the rest agree. */
export const faultyFile = {
  missing: 3,
  extra: 3,
  duplicate: 2,
  changedPin: 4,
  changedFace: 3,
  reportedFaulty: 6,
} as const

const pinDigits = 12
const mostFileBytes = 10_000_000
const jobWaitMs = 20
const jobLimitMs = 60_000

export async function readyBatch(work: OpenWork): Promise<void> {
  await approvedBatch(work, { faceValueFen: 10_000, quantity: work.facts.volume.drawStep * 50 })
}

async function approvedBatch({ people, maker, nowMs }: OpenWork, wanted: { faceValueFen: number; quantity: number }) {
  const making = people.as('card').cardMaking
  const expectedOn = localDate(nowMs + 7 * 86_400_000)
  const { documentId } = await making.create({
    ...wanted,
    manufacturerId: maker.manufacturerId,
    expectedOn,
    purpose: '补充库存',
  })
  const { version } = await making.submit({ documentId })
  return people.as('finance').cardMaking.approve({ documentId, version })
}

/** The batch that is not back yet: its file has come and was compared, and nothing of it is stocked. */
export async function faultyBatch(work: OpenWork): Promise<void> {
  const { people, facts, db, services } = work
  const wanted = facts.volume.batches.find(batch => batch.away)
  if (!wanted) throw new Error('a batch is away')
  const { faceValueFen, quantity } = wanted
  const batch = await approvedBatch(work, { faceValueFen, quantity })
  const { documentId } = batch
  const card = people.as('card')
  await jobDone(work, (await card.cardMaking.generate({ documentId })).jobId)
  await card.cardMaking.download({ documentId })
  await card.cardMaking.markSent({ documentId })
  const stored = await services.files.save(Readable.from(await producedFile(work, batch)), mostFileBytes)
  const { fileId } = await db
    .insertInto('storedFile')
    .values({
      countyId: facts.countyId,
      name: `${batch.documentNo}.produced`,
      storedBy: facts.card.operatorId,
      ...stored,
    })
    .returning('fileId')
    .executeTakeFirstOrThrow()
  const delivery = await card.stockIn.create({ batchId: documentId, deliveryNo: 1 })
  const comparing = await card.stockIn.upload({ documentId: delivery.documentId, fileId })
  await jobDone(work, comparing.jobId)
}

type Batch = Awaited<ReturnType<typeof approvedBatch>>

async function producedFile({ people, maker, db, facts, services }: OpenWork, batch: Batch) {
  const { countyId, code } = facts
  const { faceValueFen, quantity, expiresOn } = await db
    .selectFrom('batch')
    .select(['faceValueFen', 'quantity', 'expiresOn'])
    .where('countyId', '=', countyId)
    .where('batchId', '=', batch.documentId)
    .executeTakeFirstOrThrow()
  const { firstSerial, lastSerial, documentNo } = batch
  const head = { batchNo: documentNo ?? '', county: code, faceValueFen, quantity, expiresOn, firstSerial, lastSerial }
  const first = readSerial(firstSerial)?.stored ?? 0
  const lines = faultyLines(first, quantity, faceValueFen, serial => services.pins.draw(serial, pinDigits))
  const text = [headText('produced-cards', head), ...lines, endText(lines.length)]
  const county = await readPeerKey((await people.as('card').manufacturer.countyKey({})).publicKey, new Date())
  return sealStream(Readable.from(text.map(line => Buffer.from(line))), { to: county, by: maker.own })
}

/** Faults lie one after the other from the start; the extra numbers are those after the batch. */
function faultyLines(
  first: number,
  quantity: number,
  faceValueFen: number,
  pinOf: (serial: number) => string,
): string[] {
  const { missing, extra, duplicate, changedPin, changedFace, reportedFaulty } = faultyFile
  const lines: string[] = []
  for (let place = 0; place < quantity + extra; place += 1) {
    const serial = first + place
    const line = (pin = pinOf(serial), face = faceValueFen, fault: string | null = null) =>
      lines.push(producedLine(printSerial(serial), pin, face, fault))
    let from = 0
    const within = (size: number) => {
      from += size
      return place >= from - size && place < from
    }
    if (within(missing)) continue
    if (within(duplicate)) line()
    if (within(changedPin))
      line(
        [...pinOf(serial)]
          .reverse()
          .join('')
          .replace(/^./, digit => String((Number(digit) + 5) % 10)),
      )
    else if (within(changedFace)) line(pinOf(serial), faceValueFen === 20_000 ? 10_000 : 20_000)
    else if (within(reportedFaulty)) line(pinOf(serial), faceValueFen, '刮开层破损')
    else line()
  }
  return lines
}

async function jobDone({ people }: OpenWork, jobId: number): Promise<void> {
  const deadlineMs = performance.now() + jobLimitMs
  for (;;) {
    const { state, error } = await people.as('card').job.get({ jobId })
    if (state === 'succeeded') return
    if (state === 'failed' || state === 'cancelled') throw new Error(`the job ended ${state}: ${error}`)
    if (performance.now() > deadlineMs) throw new Error('a job of the demonstration takes too long')
    await sleep(jobWaitMs)
  }
}
