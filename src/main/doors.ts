// The HTTP door of a node, wired to its operations, its events and its health.

import { Server as HttpsServer } from 'node:https'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { sql } from 'kysely'
import { openApi } from '../http/openapi.ts'
import type { Phone } from '../http/phone.ts'
import { createHttpServer } from '../http/server.ts'
import { actorOfToken, anonymous } from '../kernel/session.ts'
import { SetupError } from '../kernel/setup-error.ts'
import { refusalText, words } from '../locales/index.ts'
import { operations } from '../registry.ts'
import { openCertificate } from './certificate.ts'
import { demoSignIns } from './demo/list.ts'
import { listenForEvents } from './events.ts'
import type { Node } from './node.ts'
import type { Platform } from './platform.ts'

export async function startDoors(
  platform: Platform,
  node: Node,
  phone: Phone | null,
): Promise<{ port: number; stop(): Promise<void> }> {
  const { config, db, log } = platform
  const events = listenForEvents(platform)
  const titles: Readonly<Record<string, string>> = words['zh-CN'].operations
  const titlesEn: Readonly<Record<string, string>> = words['en-US'].operations
  const certificate = openCertificate(config)
  const server = createHttpServer({
    execute: node.execute,
    actorOf: (token, isUse) => actorOfToken(db, token, { idleMs: config.sessionIdleMs, isUse }),
    anonymous,
    words: (language, code, details) => refusalText(language, code, { ...details }),
    openApi: openApi(operations, name => `${titles[name] ?? name} / ${titlesEn[name] ?? name}`),
    metrics: async () => ({ type: node.metrics.registry.contentType, text: await node.metrics.registry.metrics() }),
    notReady: async () => {
      try {
        await sql`select 1`.execute(db)
        return null
      } catch {
        return 'database'
      }
    },
    welcome: () => welcome(platform),
    events,
    phone,
    saveUpload: (actor, name, stream, maxBytes) => saveUpload(platform, node, actor, { name, stream, maxBytes }),
    requestBytes: config.requestBytes,
    uploadBytes: config.uploadBytes,
    readFile: path => node.services.files.read(path),
    webFolder: join(config.treeDir, 'dist/web'),
    reach: {
      tls: certificate?.read() ?? null,
      trustedProxies: config.trustedProxies ?? [],
      plainHttp: config.plainHttp === 'allow',
    },
    log,
  })
  try {
    await server.listen({ host: config.bind, port: config.httpPort })
  } catch (error) {
    await events.stop()
    throw portTaken(error, config.httpPort)
  }
  const reloads = certificate?.watch(pair => {
    if (server.server instanceof HttpsServer) server.server.setSecureContext(pair)
  }, log)
  const address = server.server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : config.httpPort,
    async stop() {
      await reloads?.stop()
      await server.close()
      await events.stop()
    },
  }
}

async function welcome(platform: Platform): Promise<object> {
  const someone = await platform.db.selectFrom('operator').select('operatorId').limit(1).executeTakeFirst()
  const { demonstration } = platform
  const signIns = demonstration ? await demoSignIns(platform) : []
  return { demonstration, signIns, firstAdministrator: someone === undefined }
}

function portTaken(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'EADDRINUSE') return new SetupError(`端口 ${port} 已被占用`, `port ${port} is in use`)
  if (code === 'EACCES') return new SetupError(`没有使用端口 ${port} 的权限`, `port ${port} needs more rights`)
  if (code === 'EADDRNOTAVAIL')
    return new SetupError('监听地址不是本机的地址', 'the address to listen at is not of this machine')
  return error
}

async function saveUpload(
  platform: Platform,
  node: Node,
  actor: { countyId: number; operatorId: number | null },
  { name, stream, maxBytes }: { name: string; stream: Readable; maxBytes: number },
): Promise<{ fileId: number; sizeBytes: number }> {
  const stored = await node.services.files.save(stream, maxBytes)
  const row = await platform.db
    .insertInto('storedFile')
    .values({
      countyId: actor.countyId,
      name,
      mediaType: stored.mediaType,
      sizeBytes: stored.sizeBytes,
      sha256: stored.sha256,
      path: stored.path,
      storedBy: actor.operatorId ?? 0,
    })
    .returning('fileId')
    .executeTakeFirstOrThrow()
  return { fileId: row.fileId, sizeBytes: stored.sizeBytes }
}
