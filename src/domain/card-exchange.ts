// Exchanging cards (换卡): the old ones become void, new ones of a seller or hall go to the customer without charge.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'
import type { ServiceBody } from './card-service.ts'
import { serviceReasons } from './card-service.ts'
import { type VoidReason, voidBody, voidCards } from './card-void.ts'
import { singleHolder } from './county.ts'
import { advanceDocument, createDocument, type Document, operatorOf } from './document.ts'
import type { RangeLine } from './document-lines.ts'
import { amountOf } from './draft.ts'
import { faultsOfMove } from './movable-lines.ts'
import { joinRanges, type SerialRange, totalQuantity } from './range.ts'
import { facedRanges, heldRanges, refuseFaults, requireLiving } from './range-check.ts'
import { addEntries } from './seller-money.ts'
import { lockBatches, moveCards } from './stock.ts'

export interface Exchange {
  document: Document
  body: ServiceBody
  /** The old cards. */
  ranges: readonly SerialRange[]
  at: Date
}

interface Exchangeable {
  old: RangeLine[]
  given: RangeLine[]
  partner: NonNullable<ServiceBody['exchange']>
}

/** Locks old and new cards and refuses with what stands in the way; says which cards they are by face value. */
export async function requireExchangeable(tx: Tx, { document, body, ranges }: Exchange): Promise<Exchangeable> {
  const { countyId, documentId } = document
  const partner = body.exchange
  if (partner === null) throw new Error('an exchange has its new cards')
  const newRanges = joinRanges(partner.newRanges)
  await lockBatches(tx, countyId, [...ranges, ...newRanges])
  const held = await requireLiving(tx, { countyId, ranges, documentId, allows: [], states: ['seller', 'customer'] })
  const old = facedRanges(held, ranges)
  const entered = { countyId, documentId, kind: 'sale' as const, ranges: newRanges, fromHolderId: partner.sellerId }
  const heldNew = await heldRanges(tx, countyId, newRanges)
  refuseFaults(await faultsOfMove(tx, entered, heldNew))
  const given = facedRanges(heldNew, newRanges)
  requireOneToOne(old, given)
  if (partner.custody === null) await requireNamedBuyers(tx, countyId, ranges)
  return { old, given, partner }
}

/** One new card for each old one, of the same face value (KF03). */
function requireOneToOne(old: readonly RangeLine[], given: readonly RangeLine[]): void {
  const faces = new Set([...old, ...given].map(line => line.faceValueFen))
  for (const face of faces) {
    const ofFace = (lines: readonly RangeLine[]) => totalQuantity(lines.filter(line => line.faceValueFen === face))
    if (ofFace(old) !== ofFace(given)) refuse('KF03', { a: totalQuantity(old), b: totalQuantity(given) })
  }
}

/** A card that is not here belongs to whoever holds it, unless its sale was entered with the buyer's name (A9). */
async function requireNamedBuyers(tx: Tx, countyId: number, ranges: readonly SerialRange[]): Promise<void> {
  const wanted = joinRanges(ranges)
  const { rows } = await sql<{ named: number }>`
    select coalesce(sum(upper(span) - lower(span)), 0)::int as named from (
      select unnest(range_agg(int8range(m.first_serial, m.last_serial, '[]') * int8range(w.f, w.l, '[]'))) as span
      from unnest(${wanted.map(r => r.firstSerial)}::bigint[], ${wanted.map(r => r.lastSerial)}::bigint[]) w(f, l)
      join movement m on m.county_id = ${countyId} and m.kind = 'sale'
        and int8range(m.first_serial, m.last_serial, '[]') && int8range(w.f, w.l, '[]')
      join document d on d.county_id = m.county_id and d.document_id = m.document_id and d.kind = 'DS'
        and jsonb_typeof(d.body -> 'buyer') = 'object') spans`.execute(tx)
  const unnamed = totalQuantity(wanted) - (rows[0]?.named ?? 0)
  if (unnamed > 0) refuse('lostUnnamed', { n: unnamed })
}

/** Does it in one transaction; both documents name each other. Returns the body with the number of the 作废单. */
export async function exchangeCards(tx: Tx, actor: Actor, exchange: Exchange): Promise<ServiceBody> {
  const { document, body, at } = exchange
  const { countyId, documentId } = document
  const { given, partner } = await requireExchangeable(tx, exchange)
  const voided = await voidOld(tx, actor, exchange, partner)
  const operatorId = operatorOf(actor)
  await moveCards(tx, {
    countyId,
    kind: 'sale',
    ranges: given,
    fromHolderId: partner.sellerId,
    toHolderId: await singleHolder(tx, countyId, 'customer'),
    documentId,
    operatorId,
    at,
  })
  const cause = { countyId, holderId: partner.sellerId, documentId, operatorId, at }
  await addEntries(tx, cause, [{ kind: 'exchange', method: 'offset', amountFen: amountOf(given) }])
  return { ...body, exchange: { ...partner, voidDocumentNo: voided.documentNo } }
}

const voidReasonOf: Readonly<Record<ServiceBody['reason'], VoidReason>> = {
  lost: 'lost',
  stolen: 'stolen',
  damaged: 'pinLayerDamaged',
  expiring: 'expired',
  disputed: 'other',
  lockedByMistake: 'other',
  other: 'other',
}

async function voidOld(
  tx: Tx,
  actor: Actor,
  { document, body, ranges, at }: Exchange,
  { custody }: Exchangeable['partner'],
): Promise<Document> {
  const form = voidBody.parse({
    reason: voidReasonOf[body.reason],
    physical: custody !== null,
    story: `换卡：${serviceReasons[body.reason]}`,
    money: { treatment: 'exchange' },
    custody,
  })
  const { holderId, documentId: parentId } = document
  const draft = await createDocument(tx, actor, { kind: 'ZF', holderId, parentId })
  const written = await voidCards(tx, actor, { document: draft, ranges, body: form }, at)
  return advanceDocument(tx, actor, draft, 'ZF', 'voidAtOnce', { body: written })
}
