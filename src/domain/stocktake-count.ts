// The arithmetic of a stocktake: what the books had at the snapshot, what moved since, what was seen, and what differs.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { lockBalances } from './balance.ts'
import type { CardState } from './card.ts'
import { commonRanges, joinRanges, type SerialRange, subtractRanges, totalQuantity } from './range.ts'
import { lockBatches } from './stock.ts'
import { type BatchFace, batchFaces, type Scope, scansOf } from './stocktake.ts'

/** Cards of the holder, as ranges lie; used ones are still among them. */
async function rangesOf(tx: Tx, scope: Scope): Promise<(SerialRange & { inTransit: boolean })[]> {
  const { rows } = await sql<SerialRange & { inTransit: boolean }>`
    select first_serial, last_serial, transit_document_id is not null as in_transit from card_range
    where county_id = ${scope.countyId} and holder_id = ${scope.holderId} and ${inScope(scope)} order by first_serial`.execute(
    tx,
  )
  return rows
}

const inScope = ({ faceValuesFen }: Scope) =>
  faceValuesFen.length === 0 ? sql`true` : sql`face_value_fen = any(${[...faceValuesFen]}::int[])`

/** Cards among these that were used up (已使), joined. */
async function usedAmong(tx: Tx, countyId: number, ranges: readonly SerialRange[]): Promise<SerialRange[]> {
  const joined = joinRanges(ranges)
  const { rows } = await sql<SerialRange>`
    select distinct u.serial as first_serial, u.serial as last_serial
    from unnest(${joined.map(r => r.firstSerial)}::bigint[], ${joined.map(r => r.lastSerial)}::bigint[]) w(f, l)
    join card_use u on u.county_id = ${countyId} and u.serial between w.f and w.l and u.stamped_at is not null`.execute(
    tx,
  )
  return joinRanges(rows)
}

/**
 * Stops every move from and to the holder until the transaction ends, so that books and journal are read at one moment:
 * moves within a place lock its batches, all others its balances too. Batches first, as everywhere; one that came in
 * between both is locked late, which at the worst is a lost race that is tried again.
 */
export async function holdStill(tx: Tx, scope: Scope): Promise<void> {
  const { countyId, holderId } = scope
  await lockBatches(tx, countyId, await rangesOf(tx, scope))
  const { rows } = await sql<{ state: CardState; faceValuesFen: number[] }>`
    select case h.kind when 'county' then 'county' when 'station' then 'station' else 'seller' end as state,
      array(select distinct face_value_fen from batch where county_id = ${countyId} and ${inScope(scope)}) as face_values_fen
    from holder h where h.county_id = ${countyId} and h.holder_id = ${holderId}`.execute(tx)
  for (const { state, faceValuesFen } of rows) await lockBalances(tx, { countyId, holderId, state, faceValuesFen })
  await lockBatches(tx, countyId, await rangesOf(tx, scope))
}

/** What the books have with the holder now: neither in transit nor used. */
export async function onTheBooks(tx: Tx, scope: Scope): Promise<SerialRange[]> {
  const here = (await rangesOf(tx, scope)).filter(range => !range.inTransit)
  return subtractRanges(here, await usedAmong(tx, scope.countyId, here))
}

/** Keeps what is expected, and says which movement is the last that it contains. Call with the holder still. */
export async function takeSnapshot(tx: Tx, scope: Scope): Promise<{ afterMovementId: number; quantity: number }> {
  const { countyId, documentId } = scope
  const expected = await onTheBooks(tx, scope)
  await sql`
    insert into stocktake_expected (county_id, document_id, first_serial, last_serial)
    select ${countyId}::smallint, ${documentId}::int, * from unnest(
      ${expected.map(r => r.firstSerial)}::bigint[], ${expected.map(r => r.lastSerial)}::bigint[])`.execute(tx)
  const { rows } = await sql<{ last: number }>`
    select coalesce(max(movement_id), 0) as last from movement where county_id = ${countyId}`.execute(tx)
  return { afterMovementId: rows[0]?.last ?? 0, quantity: totalQuantity(expected) }
}

export interface CountMove extends SerialRange {
  direction: 'in' | 'out' | 'used'
  /** The document that moved them; none for cards used. */
  movedBy: number | null
  at: Date | null
}

export interface Expected {
  /** At the snapshot, and now. */
  snapshot: SerialRange[]
  now: SerialRange[]
  moves: CountMove[]
}

interface JournalRow extends SerialRange {
  documentId: number
  toHolderId: number
  at: Date
}

/** The snapshot carried on by the journal since, and by the cards used since; a draw counts when it is accepted. */
export async function expectedNow(tx: Tx, scope: Scope, afterMovementId: number): Promise<Expected> {
  const { countyId, documentId, holderId } = scope
  const snapshot = await tx
    .selectFrom('stocktakeExpected')
    .select(['firstSerial', 'lastSerial'])
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .orderBy('firstSerial')
    .execute()
  const { rows } = await sql<JournalRow>`
    select document_id, first_serial, last_serial, to_holder_id, at from movement
    where county_id = ${countyId} and movement_id > ${afterMovementId} and document_id is not null and ${inScope(scope)}
      and (from_holder_id = ${holderId} or (to_holder_id = ${holderId} and kind <> 'draw'))
    order by movement_id`.execute(tx)
  let now = joinRanges(snapshot)
  const moves: CountMove[] = []
  for (const row of rows) {
    const came = row.toHolderId === holderId
    const moved = came ? subtractRanges([row], now) : commonRanges(row, now)
    now = came ? joinRanges([...now, ...moved]) : subtractRanges(now, moved)
    const direction = came ? ('in' as const) : ('out' as const)
    for (const range of moved) moves.push({ ...range, direction, movedBy: row.documentId, at: row.at })
  }
  const used = await usedAmong(tx, countyId, now)
  for (const range of used) moves.push({ ...range, direction: 'used', movedBy: null, at: null })
  return { snapshot, now: subtractRanges(now, used), moves }
}

export interface Stray extends SerialRange {
  class: 'surplus' | 'elsewhere'
  /** As whose, or as what, the books have it. */
  foundAs: string
  holderId: number | null
}

/** What the books say of cards that were seen here and belong elsewhere or to nobody. */
export async function straysAmong(tx: Tx, countyId: number, ranges: readonly SerialRange[]): Promise<Stray[]> {
  const strays: Stray[] = []
  const add = (more: SerialRange[], rest: Omit<Stray, keyof SerialRange>) => {
    for (const range of more) strays.push({ ...range, ...rest })
  }
  const used = await usedAmong(tx, countyId, ranges)
  add(used, { class: 'surplus', foundAs: 'used', holderId: null })
  const left = subtractRanges(ranges, used)
  const [first, last] = [left.map(r => r.firstSerial), left.map(r => r.lastSerial)]
  const { rows } = await sql<SerialRange & { foundAs: string; holderId: number | null }>`
    with wanted as (select f, l, int8range(f, l, '[]') as span from unnest(${first}::bigint[], ${last}::bigint[]) w(f, l))
    select distinct r.first_serial, r.last_serial, case when r.transit_document_id is null then r.state else 'inTransit' end as found_as,
      case when r.state <> 'void' then r.holder_id end as holder_id
    from wanted join card_range r on r.county_id = ${countyId} and int8range(r.first_serial, r.last_serial, '[]') && span
    union all
    select distinct r.first_serial, r.last_serial, 'rejected', null::int
    from wanted join rejected_range r on r.county_id = ${countyId} and int8range(r.first_serial, r.last_serial, '[]') && span`.execute(
    tx,
  )
  for (const { foundAs, holderId, ...range } of rows) {
    add(commonRanges(range, left), { class: holderId === null ? 'surplus' : 'elsewhere', foundAs, holderId })
  }
  add(subtractRanges(left, rows), { class: 'surplus', foundAs: 'unadmitted', holderId: null })
  return strays.sort((a, b) => a.firstSerial - b.firstSerial)
}

export interface CountResult extends Expected {
  /** Of what is expected now. */
  found: SerialRange[]
  missing: SerialRange[]
  strays: Stray[]
}

/** Compares what was seen with the books. Cards that left since they were seen here are no difference. */
export async function compareCount(tx: Tx, scope: Scope, afterMovementId: number): Promise<CountResult> {
  const expected = await expectedNow(tx, scope, afterMovementId)
  const scans = await scansOf(tx, scope)
  const missing = subtractRanges(expected.now, scans)
  const found = subtractRanges(expected.now, missing)
  const left = expected.moves.filter(move => move.direction !== 'in')
  const seenHere = scans.filter(scan => scan.here)
  const seenBefore = subtractRanges(left, subtractRanges(left, seenHere))
  const stray = subtractRanges(scans, [...expected.now, ...seenBefore])
  return { ...expected, found, missing, strays: await straysAmong(tx, scope.countyId, stray) }
}

export interface FaceTotal {
  faceValueFen: number
  snapshot: number
  movedIn: number
  movedOut: number
  expected: number
  counted: number
  missing: number
  surplus: number
  elsewhere: number
}

/** The figures per face value: 应盘 = 实盘 + 盘亏 − 盘盈 − 他处所属. */
export function totalsOf(result: CountResult, batches: readonly BatchFace[]): FaceTotal[] {
  const quantityIn = (ranges: readonly SerialRange[], faceValueFen: number) =>
    totalQuantity(cutByFace(ranges, batches).filter(piece => piece.faceValueFen === faceValueFen))
  const { snapshot, now, moves, found, missing, strays } = result
  const every = [...snapshot, ...now, ...moves, ...strays]
  const faces = new Set(cutByFace(every, batches).map(piece => piece.faceValueFen))
  const direction = (wanted: (move: CountMove) => boolean) => moves.filter(wanted)
  return [...faces]
    .sort((a, b) => a - b)
    .map(face => ({
      faceValueFen: face,
      snapshot: quantityIn(snapshot, face),
      movedIn: quantityIn(
        direction(move => move.direction === 'in'),
        face,
      ),
      movedOut: quantityIn(
        direction(move => move.direction !== 'in'),
        face,
      ),
      expected: quantityIn(now, face),
      counted: quantityIn([...found, ...strays], face),
      missing: quantityIn(missing, face),
      surplus: quantityIn(
        strays.filter(stray => stray.class === 'surplus'),
        face,
      ),
      elsewhere: quantityIn(
        strays.filter(stray => stray.class === 'elsewhere'),
        face,
      ),
    }))
}

/** Ranges cut at the borders of batches, each piece with its face value; both walked once. */
export function cutByFace<R extends SerialRange>(
  ranges: readonly R[],
  batches: readonly BatchFace[],
): (R & { faceValueFen: number })[] {
  return ranges.flatMap(range => {
    let [low, high] = [0, batches.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((batches[middle]?.lastSerial ?? 0) < range.firstSerial) low = middle + 1
      else high = middle
    }
    const pieces: (R & { faceValueFen: number })[] = []
    for (let at = low; at < batches.length; at += 1) {
      const batch = batches[at]
      if (!batch || batch.firstSerial > range.lastSerial) break
      const firstSerial = Math.max(range.firstSerial, batch.firstSerial)
      const lastSerial = Math.min(range.lastSerial, batch.lastSerial)
      pieces.push({ ...range, firstSerial, lastSerial, faceValueFen: batch.faceValueFen })
    }
    return pieces
  })
}

/** Writes figures, moves and differences of a submitted count in the place of those of an earlier one. */
export async function keepResult(tx: Tx, scope: Scope, result: CountResult): Promise<FaceTotal[]> {
  const { countyId, documentId } = scope
  const batches = await batchFaces(tx, countyId)
  await clearResult(tx, scope)
  const totals = totalsOf(result, batches)
  if (totals.length > 0) {
    await tx
      .insertInto('stocktakeTotal')
      .values(totals.map(total => ({ countyId, documentId, ...total })))
      .execute()
  }
  const { moves } = result
  await sql`
    insert into stocktake_move (county_id, document_id, move_no, direction, moved_by, first_serial, last_serial, at)
    select ${countyId}::smallint, ${documentId}::int, no, d, m, f, l, at from unnest(
      ${moves.map(m => m.direction)}::text[], ${moves.map(m => m.movedBy)}::int[], ${moves.map(m => m.firstSerial)}::bigint[],
      ${moves.map(m => m.lastSerial)}::bigint[], ${moves.map(m => m.at)}::timestamptz[]) with ordinality x(d, m, f, l, at, no)`.execute(
    tx,
  )
  const missing = result.missing.map(range => ({ ...range, class: 'missing', foundAs: '', holderId: null }))
  await insertDifferences(tx, scope, cutByFace([...missing, ...result.strays], batches), 0)
  return totals
}

export interface NewDifference extends BatchFace {
  class: string
  foundAs: string
  holderId: number | null
}

export async function insertDifferences(
  tx: Tx,
  { countyId, documentId }: { countyId: number; documentId: number },
  differences: readonly NewDifference[],
  afterNo: number,
): Promise<void> {
  const column = <T>(value: (difference: NewDifference) => T) => differences.map(value)
  await sql`
    insert into stocktake_difference (county_id, document_id, difference_no, class, found_as, holder_id, face_value_fen,
      first_serial, last_serial)
    select ${countyId}::smallint, ${documentId}::int, ${afterNo}::int + no, c, a, h, v, f, l from unnest(
      ${column(d => d.class)}::text[], ${column(d => d.foundAs)}::text[], ${column(d => d.holderId)}::int[],
      ${column(d => d.faceValueFen)}::int[], ${column(d => d.firstSerial)}::bigint[], ${column(d => d.lastSerial)}::bigint[])
      with ordinality x(c, a, h, v, f, l, no)`.execute(tx)
}

/** Takes figures and differences away: the count goes on. */
export async function clearResult(
  tx: Tx,
  { countyId, documentId }: { countyId: number; documentId: number },
): Promise<void> {
  for (const table of ['stocktakeTotal', 'stocktakeMove', 'stocktakeDifference'] as const) {
    await tx.deleteFrom(table).where('countyId', '=', countyId).where('documentId', '=', documentId).execute()
  }
}
