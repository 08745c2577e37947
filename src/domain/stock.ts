// The only place that admits, rejects and moves cards: ranges, balances and the journal change together here.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { refuse } from '../kernel/refusal.ts'
import { addToBalances, type BalanceChange } from './balance.ts'
import type { MoveKind, RangeState } from './card.ts'
import { ruleOf } from './card.ts'
import { joinRanges, type SerialRange } from './range.ts'
import { findFaults, type HeldRange, heldRanges } from './range-check.ts'

export interface Move {
  countyId: number
  kind: MoveKind
  ranges: readonly SerialRange[]
  fromHolderId: number
  toHolderId: number
  documentId: number
  operatorId: number
  at: Date
  /** A draw leaves the cards in transit until the station accepts them. */
  inTransit?: boolean
}

/** Excludes recharges from these batches until the transaction ends; the lock order is batches ascending. */
export async function lockBatches(tx: Tx, countyId: number, ranges: readonly SerialRange[]): Promise<void> {
  for (const range of ranges) {
    await sql`
      select pg_advisory_xact_lock(county_id, batch_id) from (
        select county_id::int, batch_id from batch
        where county_id = ${countyId} and int8range(first_serial, last_serial, '[]') && int8range(${range.firstSerial}, ${range.lastSerial}, '[]')
        order by batch_id) b`.execute(tx)
  }
}

/**
 * Moves whole ranges from one holder to another, or nothing: refuses `rangesNotMovable` with every fault found.
 * Cuts the ends, moves, joins equal neighbours, adjusts balances and writes the journal.
 */
export async function moveCards(tx: Tx, move: Move): Promise<void> {
  const rule = ruleOf(move.kind)
  const wanted = joinRanges(move.ranges)
  await lockBatches(tx, move.countyId, wanted)
  const held = await heldRanges(tx, move.countyId, wanted)
  const faults = await findFaults(tx, {
    countyId: move.countyId,
    ranges: move.ranges,
    held,
    states: rule.from,
    holderId: move.fromHolderId,
    documentId: move.documentId,
    refusesExpired: rule.refusesExpired,
    refusesFrozen: move.kind !== 'void',
  })
  if (faults.length > 0) refuse('rangesNotMovable', { faults: faults.map(fault => JSON.stringify(fault)) })
  const pieces = held.flatMap(row => cut(row, wanted))
  const transitDocumentId = move.inTransit ? move.documentId : null
  await replaceRanges(tx, held, pieces, piece => ({
    ...piece,
    state: rule.to,
    holderId: move.toHolderId,
    transitDocumentId,
  }))
  await addToBalances(
    tx,
    move.countyId,
    pieces
      .filter(piece => piece.wanted)
      .flatMap((piece): BalanceChange[] => {
        const quantity = piece.lastSerial - piece.firstSerial + 1
        const faceValueFen = piece.faceValueFen
        return [
          { holderId: move.fromHolderId, faceValueFen, state: piece.state, change: -quantity },
          { holderId: move.toHolderId, faceValueFen, state: rule.to, change: quantity },
        ]
      }),
  )
  await writeMovements(
    tx,
    { ...move, toState: rule.to },
    pieces.filter(piece => piece.wanted),
  )
}

/** Ends the transit of cards that the station has seen (验收): a journal entry that moves no balance. */
export async function endTransit(
  tx: Tx,
  move: Omit<Move, 'kind' | 'inTransit'> & { transitDocumentId: number },
): Promise<void> {
  const wanted = joinRanges(move.ranges)
  await lockBatches(tx, move.countyId, wanted)
  const held = await heldRanges(tx, move.countyId, wanted)
  const covered = held.reduce((sum, row) => sum + overlapOf(row, wanted), 0)
  const all = wanted.reduce((sum, range) => sum + range.lastSerial - range.firstSerial + 1, 0)
  if (covered !== all || held.some(row => row.transitDocumentId !== move.transitDocumentId)) refuse('notInTransit')
  const pieces = held.flatMap(row => cut(row, wanted))
  await replaceRanges(tx, held, pieces, piece => ({ ...piece, transitDocumentId: null }))
  await writeMovements(
    tx,
    { ...move, kind: 'accept', toState: 'station' },
    pieces.filter(piece => piece.wanted),
  )
}

export interface Admission {
  countyId: number
  batchId: number
  faceValueFen: number
  expiresOn: string
  admitted: readonly SerialRange[]
  rejected: readonly (SerialRange & { reason: string })[]
  countyHolderId: number
  documentId: number
  operatorId: number
  at: Date
}

/** Stock-in (新卡入库): admitted numbers begin their life at the county; rejected ones are dead for ever. */
export async function admitCards(tx: Tx, admission: Admission): Promise<void> {
  const { countyId, batchId, faceValueFen, expiresOn, countyHolderId } = admission
  const admitted = joinRanges(admission.admitted)
  await lockBatches(tx, countyId, admitted)
  const pieces = admitted.map(range => ({
    ...range,
    countyId,
    batchId,
    faceValueFen,
    expiresOn,
    state: 'county' as const,
    holderId: countyHolderId,
    transitDocumentId: null,
    wanted: true,
  }))
  await replaceRanges(tx, [], pieces, piece => piece)
  if (admission.rejected.length > 0) {
    await tx
      .insertInto('rejectedRange')
      .values(
        admission.rejected.map(r => ({
          countyId,
          batchId,
          documentId: admission.documentId,
          firstSerial: r.firstSerial,
          lastSerial: r.lastSerial,
          reason: r.reason,
        })),
      )
      .execute()
  }
  const quantity = pieces.reduce((sum, piece) => sum + piece.lastSerial - piece.firstSerial + 1, 0)
  await addToBalances(tx, countyId, [{ holderId: countyHolderId, faceValueFen, state: 'county', change: quantity }])
  await writeMovements(tx, { ...admission, kind: 'stockIn', toHolderId: countyHolderId, toState: 'county' }, pieces)
}

interface Piece extends HeldRange {
  /** Whether the piece is part of what was asked for, or what is left of a range that was cut. */
  wanted: boolean
}

function overlapOf(row: SerialRange, wanted: readonly SerialRange[]): number {
  return wanted.reduce(
    (sum, w) =>
      sum + Math.max(0, Math.min(row.lastSerial, w.lastSerial) - Math.max(row.firstSerial, w.firstSerial) + 1),
    0,
  )
}

/** Cuts a range at the ends of what is wanted. */
function cut(row: HeldRange, wanted: readonly SerialRange[]): Piece[] {
  const pieces: Piece[] = []
  let next = row.firstSerial
  for (const range of wanted) {
    const firstSerial = Math.max(range.firstSerial, row.firstSerial)
    const lastSerial = Math.min(range.lastSerial, row.lastSerial)
    if (firstSerial > lastSerial) continue
    if (firstSerial > next) pieces.push({ ...row, firstSerial: next, lastSerial: firstSerial - 1, wanted: false })
    pieces.push({ ...row, firstSerial, lastSerial, wanted: true })
    next = lastSerial + 1
  }
  if (next <= row.lastSerial) pieces.push({ ...row, firstSerial: next, wanted: false })
  return pieces
}

/** Writes the pieces in place of the ranges they came from, joined with each other and with equal neighbours. */
async function replaceRanges(
  tx: Tx,
  old: readonly HeldRange[],
  pieces: readonly Piece[],
  change: (piece: Piece) => Piece,
): Promise<void> {
  const first = pieces[0]
  if (!first) return
  const changed = pieces.map(piece => (piece.wanted ? change(piece) : piece))
  const ends = changed.flatMap(piece => [piece.firstSerial - 1, piece.lastSerial + 1])
  const { rows: neighbours } = await sql<HeldRange>`
    select county_id, first_serial, last_serial, batch_id, face_value_fen, state, holder_id, transit_document_id, expires_on
    from card_range join unnest(${ends}::bigint[]) point
      on county_id = ${first.countyId} and int8range(first_serial, last_serial, '[]') @> point
    where first_serial <> all(${old.map(row => row.firstSerial)}::bigint[])
    for update of card_range`.execute(tx)
  const joined: HeldRange[] = []
  const around = new Map(neighbours.map(row => [row.firstSerial, row]))
  for (const row of [...changed, ...around.values()].sort((a, b) => a.firstSerial - b.firstSerial)) {
    const last = joined.at(-1)
    if (last && last.lastSerial + 1 === row.firstSerial && sameKind(last, row)) last.lastSerial = row.lastSerial
    else joined.push({ ...row })
  }
  const gone = [...old.map(row => row.firstSerial), ...around.keys()]
  await tx
    .deleteFrom('cardRange')
    .where('countyId', '=', first.countyId)
    .where('firstSerial', '=', sql<number>`any(${gone}::bigint[])`)
    .execute()
  await tx
    .insertInto('cardRange')
    .values(
      joined.map(r => ({
        countyId: first.countyId,
        firstSerial: r.firstSerial,
        lastSerial: r.lastSerial,
        batchId: r.batchId,
        faceValueFen: r.faceValueFen,
        state: r.state,
        holderId: r.holderId,
        transitDocumentId: r.transitDocumentId,
        expiresOn: r.expiresOn,
      })),
    )
    .execute()
}

function sameKind(a: HeldRange, b: HeldRange): boolean {
  return (
    a.batchId === b.batchId &&
    a.state === b.state &&
    a.holderId === b.holderId &&
    a.transitDocumentId === b.transitDocumentId &&
    a.expiresOn === b.expiresOn
  )
}

async function writeMovements(
  tx: Tx,
  cause: {
    countyId: number
    kind: string
    documentId: number
    operatorId: number
    at: Date
    fromHolderId?: number
    toHolderId: number
    toState: RangeState
  },
  pieces: readonly Piece[],
): Promise<void> {
  await tx
    .insertInto('movement')
    .values(
      pieces.map(piece => ({
        countyId: cause.countyId,
        at: cause.at,
        kind: cause.kind,
        documentId: cause.documentId,
        operatorId: cause.operatorId,
        batchId: piece.batchId,
        faceValueFen: piece.faceValueFen,
        firstSerial: piece.firstSerial,
        lastSerial: piece.lastSerial,
        fromState: cause.fromHolderId === undefined ? null : piece.state,
        fromHolderId: cause.fromHolderId ?? null,
        toState: cause.toState,
        toHolderId: cause.toHolderId,
      })),
    )
    .execute()
}
