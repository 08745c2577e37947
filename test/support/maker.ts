// A card manufacturer for tests: registered and confirmed, it makes batches and sends deliveries back.

import { makeKeys, type OwnKey, readOwnKey, readPeerKey, type SealScheme } from '../../src/domain/card-file/envelope.ts'
import { type ProduceSettings, produceCards } from '../../src/domain/card-file/manufacturer.ts'
import { printSerial, readSerial } from '../../src/domain/serial.ts'
import type { World } from './world.ts'

export interface Maker {
  manufacturerId: number
  own: OwnKey
  /** Everything a delivery of a batch may be told, beside whose it is and to whom it goes. */
  deliver(documentId: number, faults?: Partial<ProduceSettings>): Promise<AsyncIterable<Uint8Array>>
}

export async function createMaker(world: World, name = '测试卡厂', scheme: SealScheme = 'openpgp'): Promise<Maker> {
  const keys = await makeKeys(scheme, name)
  const { manufacturerId, fingerprint } = await world
    .as('card')
    .manufacturer.register({ name, publicKey: keys.publicKey })
  await world.as('finance').manufacturer.confirm({ manufacturerId, fingerprint })
  const own = await readOwnKey(keys.privateKey)
  /** New-card files are downloaded once and kept, as their number of downloads is limited. */
  const received = new Map<number, string>()
  return {
    manufacturerId,
    own,
    async deliver(documentId, faults = {}) {
      const { publicKey } = await world.as('card').manufacturer.countyKey({ scheme })
      const county = await readPeerKey(publicKey, new Date())
      const path =
        received.get(documentId) ?? (await world.as('card').cardMaking.download({ documentId })).download.path
      received.set(documentId, path)
      return produceCards({ sealed: () => world.services.files.read(path), own, county, ...faults })
    },
  }
}

export interface MadeBatch {
  documentId: number
  documentNo: string
  /** The printed serial of the n-th card, from 0. */
  serial(n: number): string
  stored(n: number): number
}

/** A batch from registration to the file at the manufacturer. */
export async function makeBatch(
  world: World,
  maker: Maker,
  wanted: { quantity: number; faceValueFen?: number },
): Promise<MadeBatch> {
  const making = world.as('card').cardMaking
  const created = await making.create({
    faceValueFen: 5_000,
    ...wanted,
    manufacturerId: maker.manufacturerId,
    expectedOn: new Date().toISOString().slice(0, 10),
  })
  const { documentId, version } = await making.submit(created)
  const approved = await world.as('finance').cardMaking.approve({ documentId, version })
  await world.jobDone((await making.generate({ documentId })).jobId)
  await making.markSent({ documentId })
  const first = readSerial(approved.firstSerial)?.stored ?? 0
  return {
    documentId,
    documentNo: approved.documentNo ?? '',
    stored: n => first + n,
    serial: n => printSerial(first + n),
  }
}
