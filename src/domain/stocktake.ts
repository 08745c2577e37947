// A stocktake (盘点): what its document holds, who may count and review, and its scans.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'
import { type Document, lockDocument, operatorOf, refuseSamePerson } from './document.ts'
import { refuseUnseen } from './document-read.ts'
import { instant } from './forms.ts'
import { yuan } from './money.ts'
import { person } from './persons.ts'
import { joinRanges, type SerialRange, subtractRanges, totalQuantity } from './range.ts'
import { faultText } from './range-check.ts'

export const stocktakeForm = {
  /** Face values to count; none named: all of them. */
  faceValuesFen: z.array(z.int().positive()).max(20).default([]),
  /** 明盘 or 盲盘: what is expected is hidden until the count is submitted. */
  method: z.enum(['open', 'blind']),
  /** 监盘人 */
  supervisor: person.nullable().default(null),
}

export const stocktakeBody = z.object({
  ...stocktakeForm,
  snapshotAt: instant.nullable().default(null),
  /** The last movement that the snapshot contains. */
  afterMovementId: z.int().nullable().default(null),
})
export type StocktakeBody = z.output<typeof stocktakeBody>

export interface Scope {
  countyId: number
  documentId: number
  holderId: number
  faceValuesFen: readonly number[]
}

export function scopeOf(document: Document, body: StocktakeBody): Scope {
  const { countyId, documentId, holderId } = document
  return { countyId, documentId, holderId, faceValuesFen: body.faceValuesFen }
}

/** Until it is submitted, a blind count says nothing of what is expected; also when it is counted again. */
export function hidesExpected(method: string, state: string): boolean {
  return method === 'blind' && ['draft', 'counting'].includes(state)
}

const countedKinds: readonly string[] = ['county', 'station', 'seller', 'hall']

export async function holderOf(tx: Tx, countyId: number, holderId: number) {
  const holder = await tx
    .selectFrom('holder')
    .select(['holderId', 'kind', 'parentId', 'name'])
    .where('countyId', '=', countyId)
    .where('holderId', '=', holderId)
    .executeTakeFirst()
  return holder && countedKinds.includes(holder.kind) ? holder : null
}

/** Finance counts anybody, an administrator the county's own, a station itself and its sellers and halls. */
export async function requireCounter(tx: Tx, actor: Actor, holderId: number): Promise<void> {
  const holder = await holderOf(tx, actor.countyId, holderId)
  if (!holder) return refuse('stocktakeHolder')
  const own = actor.holderId !== null && (holder.holderId === actor.holderId || holder.parentId === actor.holderId)
  const may = actor.role === 'countyFinance' || (actor.role === 'countyCardAdmin' && holder.kind === 'county') || own
  if (!may) refuse('stocktakeHolder')
}

/** Finance reviews, or an administrator what is the county's own; never somebody who counted. */
export async function requireReviewer(tx: Tx, actor: Actor, document: Document): Promise<void> {
  const { countyId, documentId, holderId, authorId } = document
  const holder = await holderOf(tx, countyId, holderId)
  if (actor.role !== 'countyFinance' && holder?.kind !== 'county') refuse('stocktakeReviewer')
  const scanners = await tx
    .selectFrom('stocktakeScan')
    .select('operatorId')
    .distinct()
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .execute()
  for (const operatorId of new Set([authorId, ...scanners.map(row => row.operatorId)])) {
    await refuseSamePerson(tx, actor, operatorId, 'PD04')
  }
}

/** Locks a stocktake that the actor may see; to everybody else it is not there. */
export async function lockStocktake(
  tx: Tx,
  actor: Actor,
  documentId: number,
  version?: number,
): Promise<{ document: Document; body: StocktakeBody }> {
  await refuseUnseen(tx, actor, documentId)
  const document = await lockDocument(tx, actor.countyId, 'PD', documentId, version)
  return { document, body: stocktakeBody.parse(document.body) }
}

export function requireState(document: Document, state: string, action: string): void {
  if (document.state !== state) refuse('documentState', { state: document.state, action })
}

/** Opens or closes the scope, so that nobody else counts the same cards meanwhile. */
export async function setScopeOpen(tx: Tx, { countyId, documentId }: Document, open: boolean): Promise<void> {
  await tx
    .updateTable('stocktakeScope')
    .set({ open })
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .execute()
}

export interface BatchFace extends SerialRange {
  faceValueFen: number
}

/** The face values of all numbers ever made: what cuts ranges into pieces of one face value. */
export async function batchFaces(tx: Tx, countyId: number): Promise<BatchFace[]> {
  const { rows } = await sql<BatchFace>`
    select first_serial, last_serial, face_value_fen from batch
    where county_id = ${countyId} and generated_at is not null order by first_serial`.execute(tx)
  return rows
}

/** Most ranges that one count may hold. */
const mostScans = 100_000

export interface Scanned {
  /** Cards of these ranges not scanned before. */
  fresh: SerialRange[]
  again: number
}

/** Keeps cards as seen, each once; numbers never made and face values not counted here are refused, all at once. */
export async function keepScans(
  tx: Tx,
  actor: Actor,
  scope: Scope,
  ranges: readonly SerialRange[],
  at: Date,
): Promise<Scanned> {
  const { countyId, documentId } = scope
  const wanted = joinRanges(ranges)
  await refuseUnfit(tx, scope, wanted)
  await refuseTooMany(tx, scope, wanted.length)
  const before = await scansOf(tx, scope, wanted)
  const fresh = subtractRanges(wanted, before)
  await sql`
    insert into stocktake_scan (county_id, document_id, first_serial, last_serial, here, operator_id, at)
    select ${countyId}::smallint, ${documentId}::int, lower(p.span), upper(p.span) - 1, p.here, ${operatorOf(actor)}::int, ${at}::timestamptz
    from unnest(${fresh.map(r => r.firstSerial)}::bigint[], ${fresh.map(r => r.lastSerial)}::bigint[]) w(f, l)
    cross join lateral (
      select coalesce(range_agg(int8range(r.first_serial, r.last_serial, '[]')), '{}')
        - coalesce((select range_agg(int8range(u.serial, u.serial, '[]')) from card_use u
            where u.county_id = ${countyId} and u.serial between w.f and w.l and u.stamped_at is not null), '{}') as spans
      from card_range r where r.county_id = ${countyId} and r.holder_id = ${scope.holderId} and r.transit_document_id is null
        and int8range(r.first_serial, r.last_serial, '[]') && int8range(w.f, w.l, '[]')) b
    cross join lateral (
      select unnest(int8multirange(int8range(w.f, w.l, '[]')) * b.spans) as span, true as here
      union all
      select unnest(int8multirange(int8range(w.f, w.l, '[]')) - b.spans), false) p`.execute(tx)
  return { fresh, again: totalQuantity(wanted) - totalQuantity(fresh) }
}

async function refuseUnfit(tx: Tx, scope: Scope, wanted: readonly SerialRange[]): Promise<void> {
  const batches = await batchFaces(tx, scope.countyId)
  const never = subtractRanges(wanted, batches)
  if (never.length > 0) {
    refuse('rangesNotMovable', { faults: never.slice(0, 200).map(r => faultText({ ...r, code: 'GAP', about: '' })) })
  }
  if (scope.faceValuesFen.length === 0) return
  const others = batches.filter(batch => !scope.faceValuesFen.includes(batch.faceValueFen))
  const wrong = others.find(batch => touches(wanted, batch))
  if (wrong) refuse('stocktakeFace', { v: yuan(wrong.faceValueFen) })
}

const touches = (wanted: readonly SerialRange[], batch: SerialRange) =>
  wanted.some(range => range.firstSerial <= batch.lastSerial && range.lastSerial >= batch.firstSerial)

export interface Scan extends SerialRange {
  here: boolean
  operatorId: number
  at: Date
}

/** What was seen, in serial order; only scans that touch certain ranges, where they are named. */
export async function scansOf(
  tx: Tx,
  { countyId, documentId }: { countyId: number; documentId: number },
  touching?: readonly SerialRange[],
): Promise<Scan[]> {
  const spans = touching?.map(range => `[${range.firstSerial},${range.lastSerial}]`)
  const { rows } = await sql<Scan>`
    select first_serial, last_serial, here, operator_id, at from stocktake_scan
    where county_id = ${countyId} and document_id = ${documentId}
      and (${spans === undefined} or int8range(first_serial, last_serial, '[]') && any(${spans ?? []}::int8range[]))
    order by first_serial`.execute(tx)
  return rows
}

async function refuseTooMany(tx: Tx, { countyId, documentId }: Scope, more: number): Promise<void> {
  const { n } = await tx
    .selectFrom('stocktakeScan')
    .select(eb => eb.fn.countAll<number>().as('n'))
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .executeTakeFirstOrThrow()
  if (Number(n) + more > mostScans) refuse('tooManyScans', { n: mostScans })
}

/** Takes cards out of what was seen (剔除); what is left of a scan keeps its person and moment. */
export async function dropScans(tx: Tx, scope: Scope, ranges: readonly SerialRange[]): Promise<number> {
  const { countyId, documentId } = scope
  const wanted = joinRanges(ranges)
  const touched = await scansOf(tx, scope, wanted)
  const left = touched.flatMap(scan => subtractRanges([scan], wanted).map(range => ({ ...scan, ...range })))
  await sql`
    delete from stocktake_scan where county_id = ${countyId} and document_id = ${documentId}
      and first_serial = any(${touched.map(scan => scan.firstSerial)}::bigint[])`.execute(tx)
  const column = <T>(value: (scan: Scan) => T) => left.map(value)
  await sql`
    insert into stocktake_scan (county_id, document_id, first_serial, last_serial, here, operator_id, at)
    select ${countyId}::smallint, ${documentId}::int, * from unnest(
      ${column(s => s.firstSerial)}::bigint[], ${column(s => s.lastSerial)}::bigint[], ${column(s => s.here)}::boolean[],
      ${column(s => s.operatorId)}::int[], ${column(s => s.at)}::timestamptz[])`.execute(tx)
  return totalQuantity(touched) - totalQuantity(left)
}
