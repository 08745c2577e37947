// Uploads: bytes are stored first, by a raw body, and named in an operation's input afterwards.

import type { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { Actor } from '../kernel/operation.ts'
import { Refusal } from '../kernel/refusal.ts'

export type SaveUpload = (
  actor: Actor,
  name: string,
  stream: Readable,
  maxBytes: number,
) => Promise<{ fileId: number; sizeBytes: number }>

/** Who may upload, and whether more than an attachment: only the county has files of cards and of the billing system. */
const mayUpload: Readonly<Record<string, 'any' | 'attachment'>> = {
  countyCardAdmin: 'any',
  countyFinance: 'any',
  stationCardAdmin: 'attachment',
  hotlineAttendant: 'attachment',
}
const attachmentBytes = 10 * 1024 * 1024

/** `POST /api/files?name=…` with `application/octet-stream`; answers the file's id. */
export function addUploads(server: FastifyInstance, save: SaveUpload, maxBytes: number): void {
  server.addContentTypeParser('application/octet-stream', { bodyLimit: maxBytes }, (_request, payload, done) =>
    done(null, payload),
  )
  server.post<{ Querystring: { name?: string }; Body: Readable }>(
    '/api/files',
    { bodyLimit: maxBytes },
    async request => {
      const may = mayUpload[request.actor.role]
      if (!may)
        throw new Refusal(request.actor.operatorId === null ? 'notSignedIn' : 'notAllowed', { operation: 'files' })
      const name = (request.query.name ?? 'file').slice(0, 200)
      return save(request.actor, name, request.body, may === 'any' ? maxBytes : Math.min(maxBytes, attachmentBytes))
    },
  )
}
