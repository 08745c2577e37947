// The custody register (废卡保管登记): where void and rejected cards lie, who keeps them, how they are destroyed; the only writer of it.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import { refuse } from '../kernel/refusal.ts'
import { person, samePerson } from './persons.ts'
import { commonRanges, joinRanges, type SerialRange, subtractRanges, totalQuantity } from './range.ts'
import { faultText } from './range-check.ts'

/** Where physical cards are put, and who answers for them there. */
export const custodyPlace = z.strictObject({
  location: z.string().trim().min(1).max(100),
  keeper: person,
  sealNo: z.string().trim().max(40).default(''),
})
export type CustodyPlace = z.output<typeof custodyPlace>

export type CustodySource = 'void' | 'rejected'

export interface CustodyCards extends SerialRange {
  faceValueFen: number
}

interface By {
  countyId: number
  operatorId: number
  at: Date
}

export interface KeptCards extends CustodyCards {
  source: CustodySource
  documentId: number
  location: string
  keeper: string
  keeperNo: string
  sealNo: string
  keptSince: Date
}

/** Puts cards on the register: voided ones by their 作废单, rejected ones by the document that rejected them. */
export async function takeIntoCustody(
  tx: Tx,
  by: By,
  what: { source: CustodySource; documentId: number; cards: readonly CustodyCards[]; place: CustodyPlace },
): Promise<void> {
  const { source, documentId, cards, place } = what
  if (cards.length === 0) return
  const { location, keeper, sealNo } = place
  const row = { countyId: by.countyId, source, documentId, location, sealNo, keptSince: by.at }
  await insertRows(
    tx,
    cards.map(card => ({ ...row, ...card, keeper: keeper.name, keeperNo: keeper.staffNo })),
  )
  const untaken = cards.map(card => ({ ...card, source, documentId, location: null, keeper: null }))
  await writeEvent(tx, by, 'taken', { location, keeper, sealNo }, untaken)
}

/**
 * Cards that are kept and not destroyed, in whole ranges as asked for; refuses with every card that is not. Whoever
 * changes the register meets at its holder, so that no range is cut by two at once.
 */
export async function lockKept(tx: Tx, countyId: number, ranges: readonly SerialRange[]): Promise<KeptCards[]> {
  await sql`select from holder where county_id = ${countyId} and kind = 'custody' for no key update`.execute(tx)
  const wanted = joinRanges(ranges)
  const kept = await keptCards(tx, countyId, wanted)
  const absent = subtractRanges(wanted, kept)
  if (absent.length > 0) {
    const faults = absent.slice(0, 200).map(range => faultText({ ...range, code: 'GAP', about: '' }))
    refuse('notInCustody', { n: totalQuantity(absent), faults })
  }
  return kept.flatMap(row => commonRanges(row, wanted).map(range => ({ ...row, ...range })))
}

/** Rows of the register that touch the ranges, destroyed ones left out. */
export async function keptCards(tx: Tx, countyId: number, ranges: readonly SerialRange[]): Promise<KeptCards[]> {
  const { rows } = await sql<KeptCards>`
    select distinct c.source, c.document_id, c.first_serial, c.last_serial, c.face_value_fen, c.location,
      c.keeper, c.keeper_no, c.seal_no, c.kept_since
    from unnest(${ranges.map(r => r.firstSerial)}::bigint[], ${ranges.map(r => r.lastSerial)}::bigint[]) w(f, l)
    join custody c on c.county_id = ${countyId} and c.destroyed_at is null
      and int8range(c.first_serial, c.last_serial, '[]') && int8range(w.f, w.l, '[]')
    order by c.first_serial`.execute(tx)
  return rows
}

/** Moves kept cards to another place and keeper. */
export async function moveCustody(tx: Tx, by: By, kept: readonly KeptCards[], place: CustodyPlace): Promise<number> {
  const { location, keeper, sealNo } = place
  for (const cards of kept) {
    const custodyId = await cutOut(tx, by.countyId, cards)
    await tx
      .updateTable('custody')
      .set({ location, keeper: keeper.name, keeperNo: keeper.staffNo, ...(sealNo === '' ? {} : { sealNo }) })
      .where('countyId', '=', by.countyId)
      .where('custodyId', '=', custodyId)
      .execute()
  }
  return writeEvent(tx, by, 'moved', { location, keeper, sealNo }, kept)
}

export const destruction = z.strictObject({
  /** The local day on which it was done. */
  on: z.iso.date(),
  method: z.string().trim().min(1).max(60),
  /** Two witnesses who are not the keeper; fewer are told in words (ZF04). */
  witnesses: z.array(person).max(2),
  /** 监销 */
  supervisor: person,
})
export type Destruction = z.output<typeof destruction>

/** Destroys kept cards before two witnesses, neither of them a keeper of these cards. */
export async function destroyCustody(tx: Tx, by: By, kept: readonly KeptCards[], how: Destruction): Promise<number> {
  const [one, two] = how.witnesses
  const keepers = kept.map(({ keeper, keeperNo }) => ({ name: keeper, staffNo: keeperNo }))
  const isKeeper = (witness: Destruction['supervisor']) => keepers.some(keeper => samePerson(keeper, witness))
  if (!one || !two || samePerson(one, two) || isKeeper(one) || isKeeper(two)) refuse('ZF04')
  const eventId = await writeEvent(tx, by, 'destroyed', how, kept)
  for (const cards of kept) {
    const custodyId = await cutOut(tx, by.countyId, cards)
    await tx
      .updateTable('custody')
      .set({ destroyedAt: by.at, destruction: JSON.stringify({ eventId, ...how }) })
      .where('countyId', '=', by.countyId)
      .where('custodyId', '=', custodyId)
      .execute()
  }
  return eventId
}

/** Documents of these cards that have nothing left in custody. */
export async function allDestroyed(tx: Tx, countyId: number, documentIds: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ documentId: number }>`
    select document_id from custody where county_id = ${countyId} and document_id = any(${[...documentIds]}::int[])
    group by document_id having bool_and(destroyed_at is not null) order by document_id`.execute(tx)
  return rows.map(row => row.documentId)
}

/** Cuts the row that holds these cards so that they are alone in it, and says which it is; the rest becomes rows of its own. */
async function cutOut(tx: Tx, countyId: number, { firstSerial, lastSerial }: SerialRange): Promise<number> {
  const row = await tx
    .selectFrom('custody')
    .selectAll()
    .where('countyId', '=', countyId)
    .where('firstSerial', '<=', firstSerial)
    .where('lastSerial', '>=', lastSerial)
    .executeTakeFirstOrThrow()
  const { custodyId } = row
  await tx
    .updateTable('custody')
    .set({ firstSerial, lastSerial })
    .where('countyId', '=', countyId)
    .where('custodyId', '=', custodyId)
    .execute()
  await insertRows(
    tx,
    subtractRanges([row], [{ firstSerial, lastSerial }]).map(range => ({ ...row, ...range })),
  )
  return custodyId
}

interface CustodyRow extends CustodyCards {
  countyId: number
  source: string
  documentId: number
  location: string
  keeper: string
  keeperNo: string
  sealNo: string
  keptSince: Date
}

async function insertRows(tx: Tx, rows: readonly CustodyRow[]): Promise<void> {
  const column = <T>(value: (row: CustodyRow) => T) => rows.map(value)
  await sql`
    insert into custody (county_id, source, document_id, first_serial, last_serial, face_value_fen, location, keeper,
      keeper_no, seal_no, kept_since)
    select * from unnest(
      ${column(r => r.countyId)}::smallint[], ${column(r => r.source)}::text[], ${column(r => r.documentId)}::int[],
      ${column(r => r.firstSerial)}::bigint[], ${column(r => r.lastSerial)}::bigint[], ${column(r => r.faceValueFen)}::int[],
      ${column(r => r.location)}::text[], ${column(r => r.keeper)}::text[], ${column(r => r.keeperNo)}::text[],
      ${column(r => r.sealNo)}::text[], ${column(r => r.keptSince)}::timestamptz[])`.execute(tx)
}

async function writeEvent(
  tx: Tx,
  by: By,
  kind: 'taken' | 'moved' | 'destroyed',
  details: unknown,
  cards: readonly (CustodyCards & {
    source: CustodySource
    documentId: number
    location: string | null
    keeper: string | null
  })[],
): Promise<number> {
  const { countyId, operatorId, at } = by
  const { eventId } = await tx
    .insertInto('custodyEvent')
    .values({ countyId, kind, at, operatorId, details: JSON.stringify(details) })
    .returning('eventId')
    .executeTakeFirstOrThrow()
  const column = <T>(value: (card: (typeof cards)[number]) => T) => cards.map(value)
  await sql`
    insert into custody_event_range (county_id, event_id, first_serial, last_serial, face_value_fen, source, document_id,
      from_location, from_keeper)
    select ${countyId}::smallint, ${eventId}::int, * from unnest(
      ${column(c => c.firstSerial)}::bigint[], ${column(c => c.lastSerial)}::bigint[], ${column(c => c.faceValueFen)}::int[],
      ${column(c => c.source)}::text[], ${column(c => c.documentId)}::int[], ${column(c => c.location)}::text[],
      ${column(c => c.keeper)}::text[])`.execute(tx)
  return eventId
}
