// The rule of the draw: what is left at the county for one application, after those that came before it.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'

/** The application that asks; one not yet submitted stands behind all that are open. */
export interface Asking {
  countyId: number
  /** The station. */
  holderId: number
  documentId: number | null
  /** An approval past its day is worth nothing, even before it is marked. */
  now: Date
}

export interface Availability {
  faceValueFen: number
  /** Cards at the county that can be issued. */
  stock: number
  /** Open quantity of other stations' earlier applications, and of the station's own. */
  others: number
  own: number
  /** What this application may have; below 0 when a loss has taken stock from under the earlier ones. */
  available: number
}

/**
 * Locks the county's balances of these face values, in the one order of all: whoever submits, approves or issues meets
 * here, so that two applications cannot both pass where only one fits.
 */
export async function lockCountyBalances(tx: Tx, countyId: number, faceValuesFen: readonly number[]): Promise<void> {
  await sql`
    select from balance b join holder h using (county_id, holder_id)
    where b.county_id = ${countyId} and h.kind = 'county' and b.state = 'county'
      and b.face_value_fen = any(${[...faceValuesFen]}::int[])
    order by b.holder_id, b.face_value_fen, b.state for update of b`.execute(tx)
}

/** Applications that stand in the line, per face value: what was applied for, or granted and not collected in time. */
export function openApplications(countyId: number, now: Date) {
  return sql`
    select d.document_id, d.holder_id, d.state, d.submitted_at, l.face_value_fen as face,
      coalesce(l.approved_quantity, l.quantity) as quantity
    from document d join document_line l using (county_id, document_id)
    where d.county_id = ${countyId} and d.kind = 'LS' and d.state in ('pendingApproval', 'approved')
      and (d.state = 'pendingApproval' or d.valid_until > ${now})`
}

/**
 * What is available per face value, in the order given. Stock is the balance less cards frozen, expired or in an open
 * document, each counted once; cards picked for an issue are counted through its application alone. Open is what was
 * applied for until approval, then what was approved. "Earlier" is the order of the latest submission.
 */
export async function available(tx: Tx, asking: Asking, faceValuesFen: readonly number[]): Promise<Availability[]> {
  const { countyId, holderId, documentId, now } = asking
  const { rows } = await sql<Availability>`
    with asked as (
      select face, place from unnest(${[...faceValuesFen]}::int[]) with ordinality as a(face, place)
    ), me as (
      select d.submitted_at, d.document_id from document d
      where d.county_id = ${countyId} and d.document_id = ${documentId}::int and d.state in ('pendingApproval', 'approved')
    ), open_quantity as (
      select face, sum(quantity) filter (where holder_id <> ${holderId}) as others,
        sum(quantity) filter (where holder_id = ${holderId}) as own
      from (${openApplications(countyId, now)}) o
      where not exists (select from me where (me.submitted_at, me.document_id) <= (o.submitted_at, o.document_id))
      group by 1
    )
    select a.face as face_value_fen, s.stock, coalesce(o.others, 0)::int as others, coalesce(o.own, 0)::int as own,
      (s.stock - coalesce(o.others, 0) - coalesce(o.own, 0))::int as available
    from asked a
    cross join lateral (${stockOf(countyId)}) s
    left join open_quantity o on o.face = a.face
    order by a.place`.execute(tx)
  return rows
}

/** Issuable cards of the face value `a.face`: the balance less whatever blocks a card, each card counted once. */
function stockOf(countyId: number) {
  return sql`
    select (coalesce(max(b.quantity), 0) - coalesce(max(blocked.cards), 0))::int as stock
    from holder h
    left join balance b on b.county_id = h.county_id and b.holder_id = h.holder_id and b.face_value_fen = a.face and b.state = 'county'
    left join lateral (
      select sum(upper(span) - lower(span)) as cards from (
        select unnest(range_agg(int8range(greatest(r.first_serial, x.first_serial), least(r.last_serial, x.last_serial), '[]'))) as span
        from card_range r
        cross join lateral (
          select r.first_serial, r.last_serial where r.expires_on < (now() at time zone 'Asia/Shanghai')::date
          union all
          select f.first_serial, f.last_serial from card_freeze f where f.county_id = r.county_id
            and int8range(f.first_serial, f.last_serial, '[]') && int8range(r.first_serial, r.last_serial, '[]')
          union all
          select c.first_serial, c.last_serial from claim c join document d using (county_id, document_id)
            where c.county_id = r.county_id and d.kind <> 'CK'
            and int8range(c.first_serial, c.last_serial, '[]') && int8range(r.first_serial, r.last_serial, '[]')) x
        where r.county_id = h.county_id and r.holder_id = h.holder_id and r.face_value_fen = a.face and r.state = 'county') spans
    ) blocked on true
    where h.county_id = ${countyId} and h.kind = 'county'`
}
