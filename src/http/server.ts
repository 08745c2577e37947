// The door for browsers and programs: every operation as POST /api/<name>, files, events, health and the web pages.

import { readFile } from 'node:fs/promises'
import { createServer as createPlainServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { extname, join, normalize } from 'node:path'
import cookie from '@fastify/cookie'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Execute } from '../kernel/execute.ts'
import type { Log } from '../kernel/log.ts'
import type { Actor } from '../kernel/operation.ts'
import { Refusal } from '../kernel/refusal.ts'
import { answerError } from './errors.ts'
import type { CallEvents } from './events.ts'
import { addEvents } from './events.ts'
import { addPhone, type Phone } from './phone.ts'
import { type Reach, refuseForeign, refusePlain, safetyHeaders } from './reach.ts'
import { addUploads, type SaveUpload } from './uploads.ts'

export interface HttpSettings {
  execute: Execute
  /** Who holds this session token; null when nobody does. Looking without use does not keep a session alive. */
  actorOf: (token: string, isUse: boolean) => Promise<Actor | null>
  anonymous: Actor
  /** The sentence for a refusal, in the language a browser asks for. */
  words: (language: 'zh-CN' | 'en-US', code: string, details: object) => string
  openApi: object
  metrics: () => Promise<{ type: string; text: string }>
  /** Null when the node can serve; otherwise what is missing. */
  notReady: () => Promise<string | null>
  /** What the sign-in page may tell anyone: the demonstration sign-ins, or that the first administrator is awaited. */
  welcome: () => Promise<object>
  events: CallEvents
  /** Null: there is no browser phone here. */
  phone: Phone | null
  saveUpload: SaveUpload
  /** Largest request, and largest upload. */
  requestBytes: number
  uploadBytes: number
  readFile: (path: string) => NodeJS.ReadableStream
  webFolder: string
  reach: Reach
  log: Log
}

const sessionCookie = 'dianka_session'

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor
  }
}

/** Builds the server; the caller listens and closes. */
export function createHttpServer(settings: HttpSettings): FastifyInstance {
  const { tls, trustedProxies } = settings.reach
  const server = Fastify({
    logger: false,
    serverFactory: handler => (tls ? createHttpsServer(tls, handler) : createPlainServer(handler)),
    bodyLimit: settings.requestBytes,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    requestIdHeader: false,
    genReqId: () => crypto.randomUUID(),
    forceCloseConnections: true,
  })
  void server.register(cookie)
  server.decorateRequest('actor', { getter: () => settings.anonymous, setter: setActor })
  server.addHook('onRequest', async request => {
    refusePlain(settings.reach, request)
    request.actor = (await actorOf(settings, request)) ?? settings.anonymous
  })
  server.addHook('onSend', async (request, reply) => {
    void reply.headers(safetyHeaders(request))
  })
  server.setErrorHandler((error: Error, request, reply) => answerError(settings, error, request, reply))
  server.setNotFoundHandler((request, reply) => page(settings, request, reply))
  server.post<{ Params: { name: string } }>('/api/:name', (request, reply) => operate(settings, request, reply))
  addUploads(server, settings.saveUpload, settings.uploadBytes)
  addEvents(server, settings.events, async request => (await actorOf(settings, request, false)) !== null)
  if (settings.phone) addPhone(server, settings.phone)
  server.get('/api/demonstration', settings.welcome)
  server.get('/openapi.json', () => settings.openApi)
  server.get('/healthz', () => ({ ok: true }))
  server.get('/readyz', async (_request, reply) => {
    const missing = await settings.notReady()
    return reply.code(missing === null ? 200 : 503).send({ ready: missing === null, missing })
  })
  server.get('/metrics', async (_request, reply) => {
    const { type, text } = await settings.metrics()
    return reply.type(type).send(text)
  })
  return server
}

/** Each request has its own actor; until the hook has looked the session up, nobody is signed in. */
function setActor(this: FastifyRequest, actor: Actor): void {
  Object.defineProperty(this, 'actor', { value: actor })
}

/** A cookie goes along with whatever page asks, so that a request with one must come from a page of our own. */
async function actorOf(settings: HttpSettings, request: FastifyRequest, isUse = true): Promise<Actor | null> {
  const bearer = /^Bearer ([\w-]{20,100})$/.exec(request.headers.authorization ?? '')?.[1]
  if (bearer) return settings.actorOf(bearer, isUse)
  const token = request.cookies[sessionCookie]
  if (!token) return null
  refuseForeign(request)
  return settings.actorOf(token, isUse)
}

/** The county that a region viewer looks into. */
function countyOf(request: FastifyRequest): { countyId?: number } {
  const named = request.headers['x-dianka-county']
  if (named === undefined) return {}
  if (typeof named !== 'string' || !/^\d{1,3}$/.test(named))
    throw new Refusal('badInput', { problems: 'x-dianka-county' })
  return { countyId: Number(named) }
}

async function operate(
  settings: HttpSettings,
  request: FastifyRequest<{ Params: { name: string } }>,
  reply: FastifyReply,
): Promise<unknown> {
  const key = request.headers['idempotency-key']
  const signedIn = request.actor.operatorId !== null
  const result = await settings.execute({
    name: request.params.name,
    input: request.body ?? {},
    actor: request.actor,
    requestId: request.id,
    from: { address: request.ip, userAgent: request.headers['user-agent'] ?? '' },
    ...countyOf(request),
    // Only a person's keys are kept: an anonymous answer may hold a session.
    ...(typeof key === 'string' && key.length <= 200 && signedIn ? { key } : {}),
  })
  if (hasSession(result)) {
    void reply.setCookie(sessionCookie, result.session.token, {
      httpOnly: true,
      sameSite: 'strict',
      secure: request.protocol === 'https',
      path: '/',
      expires: new Date(result.session.expiresAt),
    })
  }
  if (hasDownload(result)) {
    const { fileName, mediaType } = result.download
    void reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`)
    const bytes =
      'bytes' in result.download ? Buffer.from(result.download.bytes) : settings.readFile(result.download.path)
    return reply.type(mediaType).send(bytes)
  }
  return reply.send(result)
}

function hasSession(result: unknown): result is { session: { token: string; expiresAt: string } } {
  return typeof result === 'object' && result !== null && 'session' in result && result.session !== undefined
}

/** A file of the store, or a small one made for this answer. */
type Download = { fileName: string; mediaType: string } & ({ path: string } | { bytes: Uint8Array })

function hasDownload(result: unknown): result is { download: Download } {
  return typeof result === 'object' && result !== null && 'download' in result && result.download !== undefined
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** A built file of the web, or its one page for every other address that a browser asks for. */
async function page(settings: HttpSettings, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const path = normalize(decodeURIComponent(request.url.split('?')[0] ?? '/')).replace(/^(\.\.[/\\])+/, '')
  if (request.method !== 'GET' || path.startsWith('/api/')) return reply.code(404).send({ error: { code: 'notFound' } })
  const type = mediaTypes[extname(path)]
  const file = join(settings.webFolder, type ? path : 'index.html')
  if (!file.startsWith(settings.webFolder)) return reply.code(404).send()
  try {
    const bytes = await readFile(file)
    const fresh = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
    return reply
      .type(type ?? 'text/html; charset=utf-8')
      .header('cache-control', fresh)
      .send(bytes)
  } catch {
    return reply.code(404).type('text/plain').send('404\n')
  }
}
