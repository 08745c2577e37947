// How failures look over HTTP: a code, the sentence in the browser's language, and an id to look it up by.

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal, UnexpectedFailure } from '../kernel/refusal.ts'
import type { HttpSettings } from './server.ts'

const statuses: Readonly<Record<string, number>> = {
  notSignedIn: 401,
  notAllowed: 403,
  owesFirst: 403,
  countyOutOfReach: 403,
  foreignOrigin: 403,
  plainHttpRefused: 403,
  unknownOperation: 404,
  documentNotFound: 404,
  cardNotFound: 404,
  jobNotFound: 404,
  badInput: 422,
  tooBusy: 503,
  phoneBusy: 503,
  phoneAway: 503,
  phoneTooMany: 429,
  fileTooBig: 413,
}

export function answerError(
  settings: HttpSettings,
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const language = languageOf(request)
  if (error instanceof Refusal && error.code === 'plainHttpRefused') {
    // Whoever reads this may have no page of ours: both languages, in words.
    const sentence = (['zh-CN', 'en-US'] as const).map(one => settings.words(one, error.code, {})).join('\n')
    return reply.code(403).type('text/plain; charset=utf-8').send(`${sentence}\n`)
  }
  if (error instanceof Refusal) {
    const message = settings.words(language, error.code, error.details)
    return reply
      .code(statuses[error.code] ?? 409)
      .send({ error: { code: error.code, message, details: error.details, requestId: request.id } })
  }
  const status = 'statusCode' in error && error.statusCode ? error.statusCode : 500
  if (status < 500) {
    const message = settings.words(language, 'badInput', { problems: error.message })
    return reply.code(status).send({ error: { code: 'badInput', message, requestId: request.id } })
  }
  if (!(error instanceof UnexpectedFailure)) settings.log.error({ err: error, requestId: request.id }, 'request failed')
  const message = settings.words(language, 'unexpected', { requestId: request.id })
  return reply.code(500).send({ error: { code: 'unexpected', message, requestId: request.id } })
}

/** Chinese unless the browser prefers English. */
export function languageOf(request: FastifyRequest): 'zh-CN' | 'en-US' {
  return /^\s*en\b/i.test(request.headers['accept-language'] ?? '') ? 'en-US' : 'zh-CN'
}
