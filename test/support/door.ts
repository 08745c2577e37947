// The HTTP door over a test world: the real server on a port of this machine, with sessions for whoever is asked for.

import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHttpServer, type HttpSettings } from '../../src/http/server.ts'
import { silentLog } from '../../src/kernel/log.ts'
import type { Actor } from '../../src/kernel/operation.ts'
import { actorOfToken, anonymous, openSession } from '../../src/kernel/session.ts'
import { refusalText } from '../../src/locales/index.ts'
import type { World } from './world.ts'

export interface Door {
  url: string
  /** A session of this actor's sign-in. */
  tokenOf(actor: Actor): Promise<string>
  post(name: string, options?: { token?: string; body?: string; headers?: Record<string, string> }): Promise<Response>
  close(): Promise<void>
}

export async function openDoor(world: World, settings: Partial<HttpSettings> = {}, host = '127.0.0.1'): Promise<Door> {
  const webFolder = mkdtempSync(join(world.folder, 'web-'))
  writeFileSync(join(webFolder, 'index.html'), '<title>dianka</title>')
  const server = createHttpServer({
    execute: world.execute,
    actorOf: (token, isUse) => actorOfToken(world.db, token, { idleMs: 600_000, isUse }),
    anonymous,
    words: (language, code, details) => refusalText(language, code, { ...details }),
    openApi: {},
    metrics: async () => ({ type: 'text/plain', text: '' }),
    notReady: async () => null,
    welcome: async () => ({}),
    events: { listen: () => () => {} },
    phone: null,
    saveUpload: () => Promise.reject(new Error('this test uploads nothing')),
    requestBytes: 100_000,
    uploadBytes: 100_000,
    readFile: path => world.services.files.read(path),
    webFolder,
    reach: { tls: null, trustedProxies: [], plainHttp: false },
    log: silentLog,
    ...settings,
  })
  await server.listen({ host, port: 0 })
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const url = `${settings.reach?.tls ? 'https' : 'http'}://127.0.0.1:${port}`
  return {
    url,
    async tokenOf({ countyId, operatorId }) {
      if (operatorId === null) throw new Error('only people have sessions')
      return (await openSession(world.db, { countyId, operatorId }, 1, { address: '', userAgent: '' })).token
    },
    post: (name, { token, body = '{}', headers = {} } = {}) =>
      fetch(`${url}/api/${name}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        },
        body,
      }),
    close: () => server.close(),
  }
}

export async function codeOf(response: Response): Promise<string> {
  const body: unknown = await response.json()
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : null
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'done'
}
