// The only place that admits, rejects and moves cards: ranges, balances and the journal change together here.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { refuse } from '../kernel/refusal.ts'
import { addToBalances, type BalanceChange } from './balance.ts'
import { type MoveKind, ruleOf } from './card.ts'
import { writeMovements } from './journal.ts'
import { joinRanges, quantityOf, type SerialRange, sharedRanges, subtractRanges, totalQuantity } from './range.ts'
import { type FaultWords, findFaults, type HeldRange, heldRanges, refuseFaults, requireLiving } from './range-check.ts'
import { cut, type Piece, replaceRanges } from './range-store.ts'

export interface Move {
  countyId: number
  kind: MoveKind
  ranges: readonly SerialRange[]
  /** The holder whose cards they are, or several, where a void takes cards of all of them. */
  fromHolderId: number | readonly number[]
  toHolderId: number
  documentId: number
  operatorId: number
  at: Date
  /** A draw leaves the cards in transit until the station accepts them. */
  inTransit?: boolean
  /** Set: the cards are in transit under this document, and may and must be moved out of it. */
  transitDocumentId?: number
  /** Cards that expire before this day are refused (`EXPIRING`). */
  goodUntil?: string
  /** The document's own words for faults. */
  words?: FaultWords
}

/** Excludes recharges from these batches until the transaction ends; the lock order is batches ascending. */
export async function lockBatches(tx: Tx, countyId: number, ranges: readonly SerialRange[]): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(county_id, batch_id) from (
      select distinct county_id::int, batch_id
      from unnest(${ranges.map(r => r.firstSerial)}::bigint[], ${ranges.map(r => r.lastSerial)}::bigint[]) w(f, l)
      join batch on county_id = ${countyId} and int8range(first_serial, last_serial, '[]') && int8range(w.f, w.l, '[]')
      order by batch_id) b`.execute(tx)
}

/**
 * Moves whole ranges from one holder to another, or nothing: refuses with every fault found.
 * Cuts the ends, moves, joins equal neighbours, adjusts balances and writes the journal.
 */
export async function moveCards(tx: Tx, move: Move): Promise<void> {
  const { countyId, toHolderId } = move
  const rule = ruleOf(move.kind)
  const wanted = joinRanges(move.ranges)
  if (wanted.length === 0) refuse('C04')
  await requireHolders(tx, move)
  await lockBatches(tx, countyId, wanted)
  const held = await heldRanges(tx, countyId, wanted)
  const { ranges, documentId, transitDocumentId: leaves, goodUntil } = move
  const { from: states, refusesExpired, refusesFrozen } = rule
  const check = { countyId, ranges, held, states, documentId, leaves, goodUntil, refusesExpired, refusesFrozen }
  refuseFaults(await findFaults(tx, { ...check, holderId: move.fromHolderId }), move.words)
  const pieces = held.flatMap(row => cut(row, wanted))
  const moved = pieces.filter(piece => piece.wanted)
  const transitDocumentId = move.inTransit ? documentId : null
  await replaceRanges(
    tx,
    held,
    pieces.map(piece => (piece.wanted ? { ...piece, state: rule.to, holderId: toHolderId, transitDocumentId } : piece)),
  )
  await addToBalances(
    tx,
    countyId,
    moved.flatMap(({ faceValueFen, state, holderId, ...range }): BalanceChange[] => [
      { holderId, faceValueFen, state, change: -quantityOf(range) },
      { holderId: toHolderId, faceValueFen, state: rule.to, change: quantityOf(range) },
    ]),
  )
  await writeMovements(tx, { ...move, toState: rule.to }, moved)
}

const holdersOf = ({ fromHolderId }: Move) => (typeof fromHolderId === 'number' ? [fromHolderId] : fromHolderId)

/** Whoever gets the cards must be of the kind the move names, and a seller deals with its own station only. */
async function requireHolders(tx: Tx, move: Move): Promise<void> {
  const rule = ruleOf(move.kind)
  const rows = await tx
    .selectFrom('holder')
    .select(['holderId', 'kind', 'parentId'])
    .where('countyId', '=', move.countyId)
    .where('holderId', 'in', [...holdersOf(move), move.toHolderId])
    .execute()
  const to = rows.find(row => row.holderId === move.toHolderId)
  if (!to || !rule.toHolder.some(kind => kind === to.kind)) return refuse('wrongHolder')
  for (const holderId of holdersOf(move)) {
    const from = rows.find(row => row.holderId === holderId)
    if (!from) return refuse('wrongHolder')
    if (rule.withinStation && from.parentId !== to.holderId && to.parentId !== from.holderId) refuse('wrongHolder')
  }
}

/** Ends the transit of cards that the station has seen (验收): a journal entry that moves no balance. */
export async function endTransit(tx: Tx, move: Omit<Move, 'kind' | 'inTransit' | 'fromHolderId'>): Promise<void> {
  const { countyId, toHolderId, documentId } = move
  const wanted = joinRanges(move.ranges)
  if (wanted.length === 0) refuse('C04')
  await lockBatches(tx, countyId, wanted)
  const held = await heldRanges(tx, countyId, wanted)
  const inTransit = held.every(row => row.transitDocumentId === documentId && row.holderId === toHolderId)
  if (!inTransit || subtractRanges(wanted, held).length > 0) refuse('notInTransit')
  const pieces = held.flatMap(row => cut(row, wanted))
  await replaceRanges(
    tx,
    held,
    pieces.map(piece => (piece.wanted ? { ...piece, transitDocumentId: null } : piece)),
  )
  await writeMovements(
    tx,
    { ...move, kind: 'accept', toState: 'station' },
    pieces.filter(piece => piece.wanted),
  )
}

export interface Extension {
  countyId: number
  ranges: readonly SerialRange[]
  documentId: number
  /** The new last day. */
  expiresOn: string
}

/** The ranges that an extension touches, locked and cut; refuses with every card that cannot be extended. */
export async function requireExtendable(tx: Tx, extension: Extension): Promise<{ held: HeldRange[]; pieces: Piece[] }> {
  const { countyId, ranges, documentId, expiresOn } = extension
  const wanted = joinRanges(ranges)
  if (wanted.length === 0) refuse('C04')
  await lockBatches(tx, countyId, wanted)
  const held = await requireLiving(tx, { countyId, ranges, documentId, allows: ['TRANSIT'] })
  const pieces = held.flatMap(row => cut(row, wanted))
  const latest = pieces.reduce((day, piece) => (piece.wanted && piece.expiresOn > day ? piece.expiresOn : day), '')
  if (expiresOn <= latest) refuse('KF02', { date: latest })
  return { held, pieces }
}

/**
 * Extends cards (展期), whoever holds them, to a later day than any of them has. No movement, since nothing changes
 * hands; the lines of the document are its history, which the audit of the ledger compares.
 */
export async function extendCards(tx: Tx, extension: Extension): Promise<void> {
  const { held, pieces } = await requireExtendable(tx, extension)
  const { expiresOn } = extension
  await replaceRanges(
    tx,
    held,
    pieces.map(piece => (piece.wanted ? { ...piece, expiresOn } : piece)),
  )
}

export interface Admission {
  countyId: number
  batchId: number
  admitted: readonly SerialRange[]
  rejected: readonly RejectedRange[]
  countyHolderId: number
  documentId: number
  operatorId: number
  at: Date
}

export interface RejectedRange extends SerialRange {
  reason: string
}

/**
 * Stock-in (新卡入库): admitted numbers begin their life at the county; rejected ones are dead for ever. Every number
 * is of this batch, generated, and neither admitted nor rejected before.
 */
export async function admitCards(tx: Tx, admission: Admission): Promise<void> {
  const { countyId, batchId, countyHolderId } = admission
  await sql`select pg_advisory_xact_lock(${countyId}::int, ${batchId}::int)`.execute(tx)
  const batch = await tx
    .selectFrom('batch')
    .select(['faceValueFen', 'expiresOn', 'firstSerial', 'lastSerial', 'generatedAt'])
    .where('countyId', '=', countyId)
    .where('batchId', '=', batchId)
    .executeTakeFirst()
  if (!batch?.generatedAt) return refuse('notGenerated')
  const { firstSerial, lastSerial } = batch
  if (firstSerial === null || lastSerial === null) throw new Error('a generated batch has its numbers')
  const all = [...admission.admitted, ...admission.rejected]
  const open = await unadmittedRanges(tx, { countyId, batchId, firstSerial, lastSerial })
  if (sharedRanges(all).length > 0 || subtractRanges(all, open).length > 0) refuse('notUnadmitted')
  const pieces = joinRanges(admission.admitted).map(range => ({
    ...range,
    countyId,
    batchId,
    faceValueFen: batch.faceValueFen,
    expiresOn: batch.expiresOn,
    state: 'county' as const,
    holderId: countyHolderId,
    transitDocumentId: null,
  }))
  await replaceRanges(tx, [], pieces)
  await writeRejected(tx, admission)
  const change = totalQuantity(pieces)
  await addToBalances(tx, countyId, [
    { holderId: countyHolderId, faceValueFen: batch.faceValueFen, state: 'county', change },
  ])
  await writeMovements(
    tx,
    { ...admission, kind: 'stockIn', begins: true, toHolderId: countyHolderId, toState: 'county' },
    pieces,
  )
}

/** Numbers of a batch that are neither admitted nor rejected (未到). */
export async function unadmittedRanges(
  tx: Tx,
  batch: SerialRange & { countyId: number; batchId: number },
): Promise<SerialRange[]> {
  const { rows } = await sql<SerialRange>`
    select first_serial, last_serial from card_range where county_id = ${batch.countyId} and batch_id = ${batch.batchId}
      and int8range(first_serial, last_serial, '[]') && int8range(${batch.firstSerial}, ${batch.lastSerial}, '[]')
    union all
    select first_serial, last_serial from rejected_range where county_id = ${batch.countyId} and batch_id = ${batch.batchId}
      and int8range(first_serial, last_serial, '[]') && int8range(${batch.firstSerial}, ${batch.lastSerial}, '[]')`.execute(
    tx,
  )
  return subtractRanges([batch], rows)
}

async function writeRejected(tx: Tx, admission: Admission): Promise<void> {
  const { countyId, batchId, documentId, rejected } = admission
  if (rejected.length === 0) return
  await sql`
    insert into rejected_range (county_id, batch_id, document_id, at, first_serial, last_serial, reason)
    select ${countyId}::smallint, ${batchId}::int, ${documentId}::int, ${admission.at}::timestamptz, r.*
    from unnest(${rejected.map(r => r.firstSerial)}::bigint[], ${rejected.map(r => r.lastSerial)}::bigint[],
      ${rejected.map(r => r.reason)}::text[]) r`.execute(tx)
}
