// The figures behind a new batch (制卡计划): stock by place, reservations, cards in making, how fast they sell and are used.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { available } from './availability.ts'

export interface PlanFigures {
  faceValueFen: number
  /** At the county, all of them, and those that can be issued: not frozen, expired or in an open document. */
  county: number
  countyIssuable: number
  stations: number
  /** Among the stations' cards, those not yet accepted. */
  inTransit: number
  sellers: number
  halls: number
  customers: number
  /** 已批未领 */
  approved: number
  /** 待审批 */
  pending: number
  /** 在制: of batches under way, numbers that may still become cards. */
  inMaking: number
  /** Purchases less returns of sellers and halls, in the last 30 and 90 days. */
  sold30: number
  sold90: number
  recharged30: number
  recharged90: number
}

interface Asked {
  countyId: number
  countyHolderId: number
  now: Date
}

/** Figures per face value, in the order given. */
export async function planFigures(tx: Tx, asked: Asked, faceValuesFen: readonly number[]): Promise<PlanFigures[]> {
  const { countyId, countyHolderId: holderId, now } = asked
  const issuable = await available(tx, { countyId, holderId, documentId: null, now }, faceValuesFen)
  const { rows } = await sql<Omit<PlanFigures, 'countyIssuable'>>`
    select a.face as face_value_fen, s.*, o.*, m.*, v.*
    from unnest(${[...faceValuesFen]}::int[]) with ordinality as a(face, place)
    cross join lateral (${stock(countyId)}) s
    cross join lateral (${openApplications(countyId, now)}) o
    cross join lateral (${inMaking(countyId)}) m
    cross join lateral (${velocity(countyId, now)}) v
    order by a.place`.execute(tx)
  return rows.map((row, place) => ({ ...row, countyIssuable: issuable[place]?.stock ?? 0 }))
}

function stock(countyId: number) {
  const held = (kind: string) => sql`coalesce(sum(b.quantity) filter (where h.kind = ${kind}), 0)::int`
  return sql`
    select ${held('county')} as county, ${held('station')} as stations, ${held('seller')} as sellers,
      ${held('hall')} as halls, ${held('customer')} as customers,
      (select coalesce(sum(r.last_serial - r.first_serial + 1), 0)::int from card_range r
        where r.county_id = ${countyId} and r.transit_document_id is not null and r.face_value_fen = a.face) as in_transit
    from balance_now b join holder h using (county_id, holder_id)
    where b.county_id = ${countyId} and b.face_value_fen = a.face`
}

function openApplications(countyId: number, now: Date) {
  return sql`
    select coalesce(sum(l.approved_quantity) filter (where d.state = 'approved' and d.valid_until > ${now}), 0)::int as approved,
      coalesce(sum(l.quantity) filter (where d.state = 'pendingApproval'), 0)::int as pending
    from document d join document_line l using (county_id, document_id)
    where d.county_id = ${countyId} and d.kind = 'LS' and d.state in ('pendingApproval', 'approved') and l.face_value_fen = a.face`
}

function inMaking(countyId: number) {
  const settled = (table: string) => sql`
    coalesce((select sum(r.last_serial - r.first_serial + 1) from ${sql.table(table)} r
      where r.county_id = b.county_id and r.batch_id = b.batch_id
        and int8range(r.first_serial, r.last_serial, '[]') && int8range(b.first_serial, b.last_serial, '[]')), 0)`
  return sql`
    select coalesce(sum(b.quantity - ${settled('card_range')} - ${settled('rejected_range')}), 0)::int as in_making
    from batch b join document d on d.county_id = b.county_id and d.document_id = b.batch_id
    where b.county_id = ${countyId} and b.face_value_fen = a.face
      and d.state in ('approved', 'generating', 'generated', 'sent', 'checking', 'partlyStocked')`
}

/** Uses that are not yet carried into the journal happened just now. */
function velocity(countyId: number, now: Date) {
  const within = (days: number) => sql`m.at > ${now}::timestamptz - make_interval(days => ${days})`
  const sold = (days: number) => sql`
    coalesce(sum(case m.kind when 'purchase' then m.quantity else -m.quantity end)
      filter (where m.kind <> 'recharge' and ${within(days)}), 0)::int`
  const waiting = sql`
    (select count(*) from use_carry c join recharge r using (county_id, recharge_id)
      where c.county_id = ${countyId} and r.face_value_fen = a.face)`
  const recharged = (days: number) => sql`
    (coalesce(sum(m.quantity) filter (where m.kind = 'recharge' and ${within(days)}), 0) + ${waiting})::int`
  return sql`
    select ${sold(30)} as sold30, ${sold(90)} as sold90, ${recharged(30)} as recharged30, ${recharged(90)} as recharged90
    from movement m
    where m.county_id = ${countyId} and m.face_value_fen = a.face and m.kind in ('purchase', 'sellerReturn', 'recharge')
      and ${within(90)}`
}

export interface Suggestion {
  /** The window whose recharges per day are the greater: a rising demand counts at once, a quiet month does not mislead. */
  windowDays: 30 | 90
  recharged: number
  stockingDays: number
  approved: number
  pending: number
  countyStock: number
  inMaking: number
  boxSize: number
  /** ⌈max(0, recharged ÷ window × stockingDays + approved + pending − countyStock − inMaking) ÷ box⌉ × box */
  quantity: number
}

/** The suggested quantity (建议数量) with every term of it; whole numbers all the way, so that nothing is lost to fractions. */
export function suggest(figures: PlanFigures, stockingDays: number, boxSize: number): Suggestion {
  const { recharged30, recharged90, approved, pending, inMaking, countyIssuable: countyStock } = figures
  const windowDays = recharged30 * 3 > recharged90 ? 30 : 90
  const recharged = windowDays === 30 ? recharged30 : recharged90
  const wanting = recharged * stockingDays + (approved + pending - countyStock - inMaking) * windowDays
  const boxes = Math.ceil(Math.max(0, wanting) / (windowDays * boxSize))
  const quantity = boxes * boxSize
  return { windowDays, recharged, stockingDays, approved, pending, countyStock, inMaking, boxSize, quantity }
}
