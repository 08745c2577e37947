// Attachments of documents (附件): pictures and papers, added and never taken away.

import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'
import { type Document, operatorOf, recordStep } from './document.ts'
import { attachmentTypes } from './media-type.ts'

export const mostAttachments = 10
const mostBytes = 10 * 1024 * 1024

/** Attaches a file that the actor uploaded; the document was locked before. A step tells everybody who is about to act. */
export async function attachFile(
  tx: Tx,
  actor: Actor,
  document: Document,
  { fileId, name }: { fileId: number; name?: string | undefined },
): Promise<{ document: Document; attachmentNo: number }> {
  const { countyId, documentId } = document
  // Only one's own upload: a number that is guessed must not open somebody else's file.
  const file = await tx
    .selectFrom('storedFile')
    .select(['name', 'mediaType', 'sizeBytes'])
    .where('countyId', '=', countyId)
    .where('fileId', '=', fileId)
    .where('storedBy', '=', operatorOf(actor))
    .executeTakeFirst()
  if (!file) return refuse('fileNotFound')
  const shown = cleanName(name ?? file.name)
  const mediaType = attachmentTypes.find(type => type === file.mediaType)
  if (!mediaType) return refuse('attachmentType', { name: shown })
  if (file.sizeBytes > mostBytes) refuse('C10', { name: shown })
  const { there } = await tx
    .selectFrom('documentAttachment')
    .select(eb => eb.fn.countAll<number>().as('there'))
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .executeTakeFirstOrThrow()
  const attachmentNo = Number(there) + 1
  if (attachmentNo > mostAttachments) refuse('attachmentsFull', { most: mostAttachments })
  await tx
    .insertInto('documentAttachment')
    .values({ countyId, documentId, attachmentNo, fileId, name: shown, mediaType, addedBy: operatorOf(actor) })
    .execute()
  return { document: await recordStep(tx, actor, document, 'attach', { note: shown }), attachmentNo }
}

/** A name to show: one line, no path, no control or direction marks. */
function cleanName(name: string): string {
  const shown = name.replace(/[\p{C}\u2028\u2029/\\]+/gu, ' ').trim()
  return (shown === '' ? '附件' : shown).slice(0, 100)
}

export interface Attachment {
  attachmentNo: number
  name: string
  mediaType: string
  sizeBytes: number
  path: string
  addedBy: string
  addedAt: Date
}

/** The attachments of a document; for whoever has read it already. */
export function attachmentsOf(tx: Tx, countyId: number, documentId: number): Promise<Attachment[]> {
  return tx
    .selectFrom('documentAttachment as a')
    .innerJoin('storedFile as f', join =>
      join.onRef('f.countyId', '=', 'a.countyId').onRef('f.fileId', '=', 'a.fileId'),
    )
    .innerJoin('operator as o', join =>
      join.onRef('o.countyId', '=', 'a.countyId').onRef('o.operatorId', '=', 'a.addedBy'),
    )
    .select(['a.attachmentNo', 'a.name', 'a.mediaType', 'f.sizeBytes', 'f.path', 'o.name as addedBy', 'a.addedAt'])
    .where('a.countyId', '=', countyId)
    .where('a.documentId', '=', documentId)
    .orderBy('a.attachmentNo')
    .execute()
}
