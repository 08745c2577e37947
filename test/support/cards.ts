// A county with active cards, made by the domain's own functions on a database of its own: for tests that begin at a recharge.

import { createHmac, randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { createCountyKeys } from '../../src/domain/card-file/county-keys.ts'
import { createCounty, createPlace, singleHolder } from '../../src/domain/county.ts'
import { createDocument } from '../../src/domain/document.ts'
import { createFileStore } from '../../src/domain/file-store.ts'
import { createAuthorise } from '../../src/domain/permissions.ts'
import { createPinVault, type PinVault } from '../../src/domain/pin.ts'
import { printSerial, storedSerial } from '../../src/domain/serial.ts'
import type { Services } from '../../src/domain/services.ts'
import { admitCards, moveCards } from '../../src/domain/stock.ts'
import { type Client, createClient } from '../../src/kernel/client.ts'
import { type Database, openDatabase, type Tx } from '../../src/kernel/db.ts'
import { createExecute, type Execute } from '../../src/kernel/execute.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createMetrics } from '../../src/kernel/metrics.ts'
import type { Actor } from '../../src/kernel/operation.ts'
import { openSecrets } from '../../src/kernel/secrets.ts'
import { anonymous, partActor } from '../../src/kernel/session.ts'
import { type AppRegistry, operations } from '../../src/registry.ts'
import { createTestDatabase } from './database.ts'
import { realTimeServices } from './services.ts'

export const countyId = 1
const keyName = 'pin-test'

export interface CardWorld {
  db: Database
  url: string
  services: Services
  execute: Execute
  /** The operations as a part of the product, or as a person, calls them. */
  api(role: 'hotline' | 'worker'): Client<AppRegistry>
  /** Printed serial and PIN of the n-th card; all are active at one seller unless said otherwise. */
  card(n: number): { serial: string; pin: string; stored: number }
  seller: number
  station: number
  admin: Actor
  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** A second node over the same database. */
  node(name: string, more?: Partial<Services>): { services: Services; execute: Execute; api: CardWorld['api'] }
  close(): Promise<void>
}

export interface CardWorldSettings {
  quantity: number
  faceValueFen?: number
  /** Only the first so many are sold to the seller; the rest stay at the county. */
  active?: number
  services: Partial<Services>
  /** The vault of a node that runs as a process of its own; by default one made for the test. */
  pins?: PinVault
}

export async function createCardWorld(settings: CardWorldSettings): Promise<CardWorld> {
  const database = await createTestDatabase()
  const opened = openDatabase({ url: database.url, poolSize: 20, statementTimeoutMs: 60_000, onIdleError: () => {} })
  const { db } = opened
  const pins =
    settings.pins ??
    createPinVault(new Map([[keyName, randomBytes(32)]]), keyName, createHmac('sha256', 'test').digest())
  const places = await db.transaction().execute(tx => fill(tx, settings, pins))
  const node: CardWorld['node'] = (name, more = {}) => {
    const services: Services = { ...defaults(pins), ...settings.services, node: name, ...more }
    const execute = createExecute<Services>({
      operations,
      db,
      services,
      authorise: createAuthorise(db),
      digestKey: Buffer.alloc(32, 3),
      log: silentLog,
      metrics: createMetrics(),
      now: () => new Date(),
      maxTries: 5,
      batchSize: 200,
    })
    const api = (role: 'hotline' | 'worker') =>
      createClient<AppRegistry>((operation, input, { key }) =>
        execute({
          name: operation,
          input,
          actor: partActor(role, operation === 'posting.take' ? 0 : countyId),
          ...(key === undefined ? {} : { key }),
        }),
      )
    return { services, execute, api }
  }
  const first = node('node-a')
  return {
    db,
    url: database.url,
    ...first,
    ...places,
    node,
    card(n) {
      const stored = storedSerial(countyId, n)
      return { stored, serial: printSerial(stored), pin: pins.draw(stored, 12) }
    },
    inTransaction: work => db.transaction().execute(work),
    async close() {
      await opened.close()
      await database.drop()
    },
  }
}

function defaults(pins: Services['pins']): Services {
  return {
    node: 'node-a',
    pins,
    countyKeys: createCountyKeys(openSecrets(join(tmpdir(), `dianka-test-secrets-${process.pid}`))),
    files: createFileStore(join(tmpdir(), 'dianka-test-files')),
    billing: () => {
      throw new Error('this test has no billing system')
    },
    postNow: () => Promise.reject(new Error('this test has no billing system')),
    ...realTimeServices,
  }
}

async function fill(tx: Tx, settings: CardWorldSettings, pins: Services['pins']) {
  const { quantity, faceValueFen = 5_000, active = quantity } = settings
  await createCounty(tx, { countyId, code: '410123', name: '青河县', nameEn: 'Qinghe', hotlineNumber: '95598' })
  const station = await createPlace(tx, { countyId, kind: 'station', code: 'S1', name: '城关供电所', parentId: null })
  const seller = await createPlace(tx, { countyId, kind: 'seller', code: 'S1-1', name: '王小卖部', parentId: station })
  const county = await singleHolder(tx, countyId, 'county')
  const { operatorId } = await tx
    .insertInto('operator')
    .values({ countyId, signInName: 'admin', staffNo: '1', name: '管理员', role: 'countyFinance', passwordHash: '-' })
    .returning('operatorId')
    .executeTakeFirstOrThrow()
  const admin: Actor = { ...anonymous, role: 'countyFinance', countyId, operatorId, staffNo: '1', name: '管理员' }
  const { manufacturerId } = await tx
    .insertInto('manufacturer')
    .values({ countyId, name: '卡厂', publicKey: '-', fingerprint: '-', registeredBy: operatorId })
    .returning('manufacturerId')
    .executeTakeFirstOrThrow()
  const { documentId } = await createDocument(tx, admin, { kind: 'ZK', holderId: county })
  const [firstSerial, lastSerial] = [storedSerial(countyId, 1), storedSerial(countyId, quantity)]
  const serials = Array.from({ length: quantity }, (_, place) => firstSerial + place)
  await tx
    .insertInto('batch')
    .values({
      countyId,
      batchId: documentId,
      faceValueFen,
      quantity,
      firstSerial,
      lastSerial,
      expiresOn: '2099-12-31',
      manufacturerId,
      pinKey: pins.currentKey,
      generatedAt: sql<Date>`now()`,
    })
    .execute()
  await sql`
    insert into card (county_id, serial, batch_id, pin_mac)
    select ${countyId}, s, ${documentId}, m from unnest(${serials}::bigint[], ${serials.map(s => pins.digest(pins.currentKey, s, pins.draw(s, 12)))}::bytea[]) c(s, m)`.execute(
    tx,
  )
  const cause = { countyId, documentId, operatorId, at: new Date() }
  await admitCards(tx, {
    ...cause,
    batchId: documentId,
    admitted: [{ firstSerial, lastSerial }],
    rejected: [],
    countyHolderId: county,
  })
  if (active > 0) {
    const ranges = [{ firstSerial, lastSerial: firstSerial + active - 1 }]
    await moveCards(tx, { ...cause, kind: 'draw', ranges, fromHolderId: county, toHolderId: station })
    await moveCards(tx, { ...cause, kind: 'purchase', ranges, fromHolderId: station, toHolderId: seller })
  }
  return { seller, station, admin }
}
