// Drafts that a station fills in scan by scan (售卡单, 退卡单): its own alone, by their author alone.

import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'
import { claimRanges, releaseClaims } from './claim.ts'
import { advanceDocument, type Document, lockDocument, recordStep } from './document.ts'
import { type RangeLine, writeRanges } from './document-lines.ts'
import { quantityOf } from './range.ts'
import { ownPlace } from './visibility.ts'

type DraftKind = 'SK' | 'TK'

/** A document of the actor's own station, locked. */
export async function lockOwn(
  tx: Tx,
  actor: Actor,
  kind: DraftKind,
  { documentId, version }: { documentId: number; version?: number | undefined },
): Promise<Document> {
  const document = await lockDocument(tx, actor.countyId, kind, documentId, version)
  if (document.holderId !== ownPlace(actor)) refuse('documentNotFound', { documentId })
  return document
}

/** A draft to be filled in. */
export async function lockDraft(
  tx: Tx,
  actor: Actor,
  kind: DraftKind,
  ref: { documentId: number; version?: number | undefined },
): Promise<Document> {
  const document = await lockOwn(tx, actor, kind, ref)
  if (document.state !== 'draft') refuse('documentState', { state: document.state, action: 'scan' })
  if (document.authorId !== actor.operatorId) refuse('notAuthor')
  return document
}

/** Saves what was scanned, all of it at once; from here on no other document takes these cards. */
export async function saveScan(
  tx: Tx,
  actor: Actor,
  draft: Document,
  lines: readonly RangeLine[],
  body: unknown,
): Promise<Document> {
  await claimRanges(tx, draft, lines)
  await writeRanges(tx, draft, lines)
  return recordStep(tx, actor, draft, 'scan', { body })
}

/** Executes a document that needs no approval: its lines as they moved, its claims gone, its number given. */
export async function endDraft(
  tx: Tx,
  actor: Actor,
  draft: Document,
  kind: DraftKind | 'DS',
  { lines, body, note }: { lines: readonly RangeLine[]; body: unknown; note: string },
): Promise<Document> {
  const { countyId, documentId } = draft
  await writeRanges(tx, draft, lines)
  await releaseClaims(tx, draft)
  await tx
    .updateTable('document')
    .set({ note })
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .execute()
  return advanceDocument(tx, actor, draft, kind, 'execute', { body })
}

/** The face value of the cards of these lines. */
export function amountOf(lines: readonly RangeLine[]): number {
  return lines.reduce((sum, line) => sum + quantityOf(line) * line.faceValueFen, 0)
}

/** Puts a draft away; its cards are free. */
export async function discardDraft(
  tx: Tx,
  actor: Actor,
  kind: DraftKind,
  ref: { documentId: number; version?: number | undefined },
): Promise<Document> {
  const draft = await lockOwn(tx, actor, kind, ref)
  const discarded = await advanceDocument(tx, actor, draft, kind, 'discard')
  await releaseClaims(tx, draft)
  return discarded
}
