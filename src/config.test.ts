// Settings: defaults that start, one sentence for each mistake, no secret repeated.

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig, settingsTable } from './config.ts'

test('nothing set gives what the README promises', () => {
  const config = readConfig({})
  expect(config).toMatchObject({
    bind: '127.0.0.1',
    publicAddress: '127.0.0.1',
    httpPort: 8080,
    sipPort: 5060,
    rtpPorts: { first: 16384, last: 17407 },
    databaseUrl: null,
    demo: null,
    callerQueriesMs: [2000, 5000],
    dataDir: join(config.treeDir, '.data'),
    secretsDir: join(config.treeDir, '.data/secrets'),
  })
})

test('settings are read, an empty one counts as unset, keys lie beside the data', () => {
  const config = readConfig({ DIANKA_DATA_DIR: '/srv/data', DIANKA_HTTP_PORT: '', DIANKA_DEMO: 'off', OTHER: 'x' })
  expect(config).toMatchObject({ httpPort: 8080, demo: 'off', dataDir: '/srv/data', secretsDir: '/srv/data/secrets' })
  expect(readConfig({ DIANKA_BIND: '::1' }).publicAddress).toBe('::1')
  expect(readConfig({ DIANKA_BIND: '0.0.0.0' }).publicAddress).not.toBe('0.0.0.0')
})

test.each([
  ['DIANKA_HTTP_PORT', '80a'],
  ['DIANKA_HTTP_PORT', '65536'],
  ['DIANKA_HTTP_PORT', '-1'],
  ['DIANKA_HTTP_PORT', '1e3'],
  ['DIANKA_RTP_PORTS', '17407-16384'],
  ['DIANKA_RTP_PORTS', '16384'],
  ['DIANKA_BIND', 'everywhere'],
  ['DIANKA_BIND', '127.0.0.300'],
  ['DIANKA_PUBLIC_ADDRESS', 'a b'],
  ['DIANKA_DEMO', 'yes'],
  ['DIANKA_LOG_LEVEL', 'loud'],
  ['DIANKA_POSTING_LEASE_MS', '0'],
  ['DIANKA_POSTING_QUERIES_MS', '5000,2000'],
  ['DIANKA_HTP_PORT', '8080'],
])('%s=%s is refused in one sentence of two languages', (name, value) => {
  const message = messageOf({ [name]: value })
  expect(message).toContain(name)
  expect(message).toMatch(/^[^\n]*\p{Script=Han}[^\n]* \/ the[^\n]*$/u)
})

test('each of several mistakes has its line, and an address with a password is not repeated', () => {
  const message = messageOf({ DIANKA_SIP_PORT: 'x', DIANKA_BIND: 'y', DATABASE_URL: 'mysql://user:hidden@host/db' })
  expect(message.split('\n')).toHaveLength(3)
  expect(message).toContain('DATABASE_URL')
  expect(message).not.toContain('hidden')
})

test('the table for the documentation names every setting once, with both languages', () => {
  const table = settingsTable()
  expect(new Set(table.map(row => row.name)).size).toBe(table.length)
  expect(table.find(row => row.name === 'DIANKA_SIP_PORT')?.default).toBe('5060')
  for (const row of table) expect(row.meaning).toMatch(/\p{Script=Han}.* \/ [\x20-\x7e“”]+$/u)
})

function messageOf(environment: Record<string, string>): string {
  try {
    readConfig(environment)
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return ''
}
