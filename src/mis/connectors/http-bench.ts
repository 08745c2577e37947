// A reference billing system over a real socket with a database of its own, and connectors to it, for tests.

import type { BillingConnector, Capabilities, ConnectorSettings } from '../connector.ts'
import { createMisAdmin, type MisAdmin } from '../simulator/admin-client.ts'
import { type ReferenceMis, type ReferenceMisSettings, startReferenceMis } from '../simulator/reference-mis.ts'
import { createHttpConnector } from './http.ts'

export const channel = {
  channelId: 'CH0001',
  keyId: 'k1',
  key: Buffer.from('a key of the test channel'),
  signature: 'hmac-sha256',
} as const
export const smChannel = { ...channel, keyId: 'k2', key: Buffer.from('another key'), signature: 'hmac-sm3' } as const

export interface HttpBench {
  url: string
  admin: MisAdmin
  mis: ReferenceMis
  stop(): Promise<void>
}

type Start = (settings: ReferenceMisSettings) => Promise<ReferenceMis>
type MakeDatabase = (options: { migrated: false }) => Promise<{ url: string; drop(): Promise<void> }>

export async function startHttpBench(
  makeDatabase: MakeDatabase,
  changes: Partial<ReferenceMisSettings> = {},
  start: Start = startReferenceMis,
): Promise<HttpBench> {
  const database = await makeDatabase({ migrated: false })
  const mis = await start({
    ...{
      databaseUrl: database.url,
      bind: '127.0.0.1',
      port: 0,
      adminToken: 'admin of the test',
      seed: 7,
      clockSpeed: 1,
    },
    channels: [channel, smChannel],
    log: () => {},
    ...changes,
  })
  const url = `http://127.0.0.1:${mis.port}`
  return {
    url,
    admin: createMisAdmin({ url, token: 'admin of the test' }),
    mis,
    async stop() {
      await mis.stop()
      await database.drop()
    },
  }
}

/** The circuit stays closed however often a test makes the other side fall silent. */
export function connect(
  url: string,
  alarms: string[] = [],
  changes: Partial<ConnectorSettings> = {},
  capabilities: Partial<Capabilities> = {},
): BillingConnector {
  const settings: ConnectorSettings = {
    ...channel,
    ...{ endpoint: url, operator: 'county', poolSize: 8, connectTimeoutMs: 1_000, now: Date.now },
    alarm: kind => alarms.push(kind),
    breaker: { failures: 1_000, windowMs: 30_000, probeAfterMs: 10_000 },
    ...changes,
  }
  return createHttpConnector(settings, capabilities)
}
