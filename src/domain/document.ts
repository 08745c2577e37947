// Every document (单据): its number, its steps, and who may do what to it; the states are in document-life.ts.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'
import { countySettings } from './county-settings.ts'
import { type DocumentAction, type DocumentKind, type Step, stepOf } from './document-life.ts'
import { ownPlace } from './visibility.ts'

export interface Document {
  countyId: number
  documentId: number
  kind: string
  documentNo: string | null
  state: string
  version: number
  holderId: number
  authorId: number
  approverId: number | null
  executorId: number | null
  submittedAt: Date | null
  approvedAt: Date | null
  validUntil: Date | null
  parentId: number | null
  note: string
  body: unknown
}

export interface NewDocument {
  kind: DocumentKind
  holderId: number
  parentId?: number
  note?: string
  body?: unknown
}

/** Writes a draft in the actor's name. */
export async function createDocument(tx: Tx, actor: Actor, draft: NewDocument): Promise<Document> {
  return tx
    .insertInto('document')
    .values({
      countyId: actor.countyId,
      kind: draft.kind,
      holderId: draft.holderId,
      authorId: operatorOf(actor),
      parentId: draft.parentId ?? null,
      note: draft.note ?? '',
      body: JSON.stringify(draft.body ?? {}),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/**
 * Locks a document for change; refuses when it is not there, or moved on since the version on screen. The lock lets
 * foreign keys pass: whoever rewrites a range in transit under another document must not wait for that one.
 */
export async function lockDocument(
  tx: Tx,
  countyId: number,
  kind: DocumentKind,
  documentId: number,
  version?: number,
): Promise<Document> {
  const document = await tx
    .selectFrom('document')
    .selectAll()
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .where('kind', '=', kind)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!document) return refuse('documentNotFound', { documentId })
  await refuseMoved(tx, document, version)
  return document
}

/** The same for a document of the actor's own place; to everybody else it is not there. */
export async function lockOwnDocument(
  tx: Tx,
  actor: Actor,
  kind: DocumentKind,
  documentId: number,
  version?: number,
): Promise<Document> {
  const document = await lockDocument(tx, actor.countyId, kind, documentId)
  if (document.holderId !== ownPlace(actor)) refuse('documentNotFound', { documentId })
  await refuseMoved(tx, document, version)
  return document
}

/** Refuses when a document moved on since the version on screen. */
export async function refuseMoved(tx: Tx, document: Document, version: number | undefined): Promise<void> {
  if (version === undefined || version === document.version) return
  const { by, at, action } = await lastStep(tx, document)
  refuse('documentMoved', { documentNo: document.documentNo ?? '', version: document.version, by, at, action })
}

/** Who did what last, for whoever acts on what has moved since. */
async function lastStep(tx: Tx, { countyId, documentId }: Document) {
  const step = await tx
    .selectFrom('documentStep')
    .leftJoin('operator', join =>
      join
        .onRef('operator.countyId', '=', 'documentStep.countyId')
        .onRef('operator.operatorId', '=', 'documentStep.operatorId'),
    )
    .select(['operator.name', 'documentStep.at', 'documentStep.action'])
    .where('documentStep.countyId', '=', countyId)
    .where('documentStep.documentId', '=', documentId)
    .orderBy('documentStep.stepNo', 'desc')
    .limit(1)
    .executeTakeFirst()
  return { by: step?.name ?? '', at: step?.at.toISOString() ?? '', action: step?.action ?? '' }
}

/**
 * Takes one step: checks state and separation of people, gives the number at the first submission, writes the step.
 * Returns the document as it now is.
 */
export async function advanceDocument<K extends DocumentKind>(
  tx: Tx,
  actor: Actor,
  document: Document,
  kind: K,
  action: DocumentAction<K>,
  more: { note?: string; validUntil?: Date; body?: unknown } = {},
): Promise<Document> {
  const step = stepOf(kind, action)
  if (!step.from.includes(document.state)) refuse('documentState', { state: document.state, action })
  const actorId = actor.operatorId
  if (step.by !== null) await keepPeopleApart(tx, actor, document, step.by)
  const numbered = document.state === 'draft' && action !== 'discard'
  const documentNo = document.documentNo ?? (numbered ? await nextNumber(tx, document) : null)
  const changed = await tx
    .updateTable('document')
    .set({
      state: step.to,
      version: document.version + 1,
      documentNo,
      ...(action === 'submit' ? { submittedAt: sql<Date>`clock_timestamp()` } : {}),
      ...(step.by === 'approver' ? { approverId: actorId, approvedAt: sql<Date>`clock_timestamp()` } : {}),
      ...(step.by === 'executor' ? { executorId: actorId, executedAt: sql<Date>`clock_timestamp()` } : {}),
      ...(more.validUntil ? { validUntil: more.validUntil } : {}),
      ...(more.body === undefined ? {} : { body: JSON.stringify(more.body) }),
    })
    .where('countyId', '=', document.countyId)
    .where('documentId', '=', document.documentId)
    .returningAll()
    .executeTakeFirstOrThrow()
  await writeStep(tx, document, changed, actorId, action, more.note)
  return changed
}

/**
 * Records what was done to a document that stays in its state (a download, an inspection), as a step with a version.
 * `note` is the step's, `paperNote` the document's own (附注).
 */
export async function recordStep(
  tx: Tx,
  actor: Actor,
  document: Document,
  action: string,
  more: { note?: string; body?: unknown; paperNote?: string; validUntil?: Date } = {},
): Promise<Document> {
  const changed = await tx
    .updateTable('document')
    .set({
      version: document.version + 1,
      ...(more.body === undefined ? {} : { body: JSON.stringify(more.body) }),
      ...(more.paperNote === undefined ? {} : { note: more.paperNote }),
      ...(more.validUntil ? { validUntil: more.validUntil } : {}),
    })
    .where('countyId', '=', document.countyId)
    .where('documentId', '=', document.documentId)
    .returningAll()
    .executeTakeFirstOrThrow()
  await writeStep(tx, document, changed, actor.operatorId, action, more.note)
  return changed
}

/** Puts a body in place that could only be known after the step. */
export async function setBody(tx: Tx, { countyId, documentId }: Document, body: unknown): Promise<Document> {
  return tx
    .updateTable('document')
    .set({ body: JSON.stringify(body) })
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .returningAll()
    .executeTakeFirstOrThrow()
}

async function writeStep(
  tx: Tx,
  before: Document,
  after: Document,
  operatorId: number | null,
  action: string,
  note = '',
): Promise<void> {
  const { countyId, documentId } = before
  await tx
    .insertInto('documentStep')
    .values({
      countyId,
      documentId,
      stepNo: after.version,
      action,
      fromState: before.state,
      toState: after.state,
      operatorId,
      note,
    })
    .execute()
}

/** No one approves their own document, no one executes what they approved; by person (工号), unless the county switched it off. */
async function keepPeopleApart(tx: Tx, actor: Actor, document: Document, by: Step['by']): Promise<void> {
  if (by === 'author' && actor.operatorId !== document.authorId) refuse('notAuthor')
  if (by === 'approver') await refuseSamePerson(tx, actor, document.authorId, 'C01')
  if (by === 'executor' && document.approverId !== null) await refuseSamePerson(tx, actor, document.approverId, 'C02')
}

/** Refuses when an operator is the actor's own person (工号), unless the county switched the separation off. */
export async function refuseSamePerson(tx: Tx, actor: Actor, operatorId: number, code: string): Promise<void> {
  const settings = await countySettings(tx, actor.countyId)
  if (!settings.separationOfDuties) return
  const person = await tx
    .selectFrom('operator')
    .select('staffNo')
    .where('countyId', '=', actor.countyId)
    .where('operatorId', '=', operatorId)
    .executeTakeFirst()
  if (person?.staffNo === actor.staffNo) refuse(code)
}

/** The next number of a kind and day: letters, county code, date, four digits; without gaps. */
async function nextNumber(tx: Tx, document: Document): Promise<string> {
  const { rows } = await sql<{ no: string }>`
    with counted as (
      insert into document_counter as c (county_id, kind, day, last_no)
      values (${document.countyId}, ${document.kind}, (now() at time zone 'Asia/Shanghai')::date, 1)
      on conflict (county_id, kind, day) do update set last_no = c.last_no + 1
      returning county_id, kind, day, last_no)
    select counted.kind || county.code || to_char(day, 'YYYYMMDD') || lpad(last_no::text, greatest(4, length(last_no::text)), '0') as no
    from counted join county using (county_id)`.execute(tx)
  const row = rows[0]
  if (!row) throw new Error('the county of a document exists')
  return row.no
}

/** The operator behind an actor; documents are only made by people. */
export function operatorOf(actor: Actor): number {
  return actor.operatorId ?? refuse('peopleOnly')
}
