// The certificate: both files or none, only files that fit together, and new ones taken into use while the server runs.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { silentLog } from '../kernel/log.ts'
import { testCertificate, testKey } from '../mis/connectors/test-certificate.ts'
import { openCertificate } from './certificate.ts'

const folder = mkdtempSync(join(tmpdir(), 'dianka-certificate-'))
const tlsCert = join(folder, 'cert.pem')
const tlsKey = join(folder, 'key.pem')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('is optional, but whole', () => {
  writeFileSync(tlsCert, testCertificate)
  writeFileSync(tlsKey, testKey)
  expect(openCertificate({ tlsCert: null, tlsKey: null })).toBeNull()
  expect(openCertificate({ tlsCert, tlsKey })?.read().cert).toBe(testCertificate)
  for (const half of [
    { tlsCert, tlsKey: null },
    { tlsCert: null, tlsKey },
  ]) {
    expect(() => openCertificate(half)).toThrow(/须同时设置.* \/ .*go together/)
  }
})

it.each([
  ['a file that is not there', 'missing.pem'],
  ['a file that is no key', 'cert.pem'],
])('refuses %s in one sentence', (_what, name) => {
  expect(() => openCertificate({ tlsCert, tlsKey: join(folder, name) })).toThrow(/证书或私钥不能使用.* \/ /)
})

it('takes a new certificate into use, and leaves the old one where the new does not fit', async () => {
  writeFileSync(tlsCert, testCertificate)
  writeFileSync(tlsKey, testKey)
  const files = openCertificate({ tlsCert, tlsKey })
  const server = createServer(files?.read() ?? {})
  const used = vi.spyOn(server, 'setSecureContext')
  const watching = files?.watch(pair => server.setSecureContext(pair), silentLog, 5)
  writeFileSync(tlsKey, 'half a ')
  await vi.waitFor(() => expect(() => openCertificate({ tlsCert, tlsKey })).toThrow())
  writeFileSync(tlsKey, `${testKey}\n`)
  await vi.waitFor(() => expect(files?.read().key).toBe(`${testKey}\n`))
  await watching?.stop()
  expect(used.mock.calls).toEqual([[{ cert: testCertificate, key: `${testKey}\n` }]])
})
