// Uploads: bytes are stored first, by a raw body, and named in an operation's input afterwards.

import type { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { Actor } from '../kernel/operation.ts'

export type SaveUpload = (
  actor: Actor,
  name: string,
  stream: Readable,
) => Promise<{ fileId: number; sizeBytes: number }>

const mayUpload = ['countyCardAdmin', 'countyFinance', 'stationCardAdmin']

/** `POST /api/files?name=…` with `application/octet-stream`; answers the file's id. */
export function addUploads(server: FastifyInstance, save: SaveUpload, maxBytes: number): void {
  server.addContentTypeParser('application/octet-stream', { bodyLimit: maxBytes }, (_request, payload, done) =>
    done(null, payload),
  )
  server.post<{ Querystring: { name?: string }; Body: Readable }>(
    '/api/files',
    { bodyLimit: maxBytes },
    async (request, reply) => {
      if (!mayUpload.includes(request.actor.role)) return reply.code(401).send({ error: { code: 'notSignedIn' } })
      const name = (request.query.name ?? 'file').slice(0, 200)
      return save(request.actor, name, request.body)
    },
  )
}
