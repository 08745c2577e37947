// One batch of the demonstration from registration to stock: made, produced by a demonstration manufacturer, taken in.

import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { produceCards } from '../domain/card-file/manufacturer.ts'
import { makeKeyPair, readPrivateKey, readPublicKey } from '../domain/card-file/openpgp.ts'
import { printSerial, readSerial } from '../domain/serial.ts'
import type { People } from './demo-fill.ts'
import type { Node } from './node.ts'
import type { Platform } from './platform.ts'

const makerName = '北方卡厂（演示）'

/** The printed serial of the n-th card of the batch. */
export interface StockedBatch {
  documentId: number
  print: (place: number) => string
}

export async function makeBatch(
  platform: Platform,
  node: Node,
  countyId: number,
  people: People,
  wanted: { faceValueFen: number; quantity: number },
): Promise<StockedBatch> {
  const { card, finance, finance2 } = people
  if (!card || !finance || !finance2) throw new Error('the demonstration has its people')
  const maker = await manufacturer(platform, people)
  const created = await card.cardMaking.create({
    ...wanted,
    manufacturerId: maker.manufacturerId,
    expectedOn: new Date().toISOString().slice(0, 10),
  })
  const submitted = await card.cardMaking.submit({ documentId: created.documentId })
  const approved = await finance.cardMaking.approve({ documentId: submitted.documentId, version: submitted.version })
  const { documentId } = approved
  const generating = await card.cardMaking.generate({ documentId })
  await jobDone(card, generating.jobId)
  const { download } = await card.cardMaking.download({ documentId })
  await card.cardMaking.markSent({ documentId })
  const produced = produceCards({
    sealed: () => node.services.files.read(download.path),
    own: maker.privateKey,
    county: await readPublicKey((await card.manufacturer.countyKey({})).publicKey, new Date()),
  })
  const stored = await node.services.files.save(Readable.from(produced), platform.config.uploadBytes)
  const file = await platform.db
    .insertInto('storedFile')
    .values({
      countyId,
      name: `${download.fileName}.produced`,
      mediaType: 'application/octet-stream',
      sizeBytes: stored.sizeBytes,
      sha256: stored.sha256,
      path: stored.path,
      storedBy: 0,
    })
    .returning('fileId')
    .executeTakeFirstOrThrow()
  const delivery = await card.stockIn.create({ batchId: documentId, deliveryNo: 1 })
  const comparing = await card.stockIn.upload({ documentId: delivery.documentId, fileId: file.fileId })
  await jobDone(card, comparing.jobId)
  await card.stockIn.inspect({ documentId: delivery.documentId })
  const inspected = await card.stockIn.submit({ documentId: delivery.documentId })
  await finance2.stockIn.accept({ documentId: delivery.documentId, version: inspected.version })
  const first = readSerial(approved.firstSerial)?.stored ?? 0
  return { documentId, print: place => printSerial(first + place) }
}

type Person = NonNullable<People[string]>

async function jobDone(person: Person, jobId: number): Promise<void> {
  for (;;) {
    const { state, error } = await person.job.get({ jobId })
    if (state === 'succeeded') return
    if (state === 'failed' || state === 'cancelled') throw new Error(`the job ended ${state}: ${error}`)
    await sleep(20)
  }
}

/** The demonstration manufacturer: its key pair is kept with the secrets, as a real one's would be at the manufacturer. */
async function manufacturer({ secrets }: Platform, people: People) {
  const { card, finance } = people
  if (!card || !finance) throw new Error('the demonstration has its people')
  const armored = await secrets.keep('demo-manufacturer.openpgp', async () => (await makeKeyPair(makerName)).privateKey)
  const privateKey = await readPrivateKey(armored)
  const known = (await card.manufacturer.list({})).manufacturers.find(({ name }) => name === makerName)
  if (known) return { manufacturerId: known.manufacturerId, privateKey }
  const { manufacturerId, fingerprint } = await card.manufacturer.register({
    name: makerName,
    publicKey: privateKey.toPublic().armor(),
  })
  await finance.manufacturer.confirm({ manufacturerId, fingerprint })
  return { manufacturerId, privateKey }
}
