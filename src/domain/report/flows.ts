// What went in and out of every place by face value, from the journal: before a period, within it, and after.

import { sql } from 'kysely'
import type { Tx } from '../../kernel/db.ts'
import type { HolderKind } from '../card.ts'
import { all } from '../listing/listing.ts'
import { visibleHolders } from '../visibility.ts'
import { askedFaces, askedPlaces, type ReportScope } from './report.ts'

export interface Flow {
  holderId: number
  name: string
  kind: HolderKind
  parentId: number | null
  parentName: string | null
  faceValueFen: number
  opening: number
  /** Within the period, by kind of movement. */
  incoming: Record<string, number>
  outgoing: Record<string, number>
  /** In less out, after the period. */
  later: number
}

/** Places with cards of a face value at any time, in the order of the county, its stations with their sellers, customers. */
export async function readFlows(tx: Tx, scope: ReportScope): Promise<Flow[]> {
  const { from, to, countyId, actor } = scope
  const { rows } = await sql<Flow>`
    with moved as (
      select v.holder_id, m.face_value_fen, m.kind, v.sign, m.at < ${from}::timestamptz as before, m.at >= ${to}::timestamptz as after,
        sum(m.quantity)::int as quantity
      from movement_now m
      cross join lateral (values (m.to_holder_id, 1, m.to_state), (m.from_holder_id, -1, m.from_state)) v(holder_id, sign, state)
      where m.county_id = ${countyId} and m.kind <> 'accept' and v.state in ('county', 'station', 'seller', 'customer')
      group by 1, 2, 3, 4, 5, 6
    ), summed as (
      select holder_id, face_value_fen, coalesce(sum(sign * quantity) filter (where before), 0)::int as opening,
        coalesce(sum(sign * quantity) filter (where after), 0)::int as later,
        coalesce(jsonb_object_agg(kind, quantity) filter (where sign = 1 and not before and not after), '{}') as incoming,
        coalesce(jsonb_object_agg(kind, quantity) filter (where sign = -1 and not before and not after), '{}') as outgoing
      from moved group by 1, 2
    )
    select s.*, h.name, h.kind, h.parent_id, p.name as parent_name
    from summed s
    join holder h on h.county_id = ${countyId} and h.holder_id = s.holder_id
    left join holder p on p.county_id = h.county_id and p.holder_id = h.parent_id
    where ${all(visibleHolders(actor), askedPlaces(scope), askedFaces(scope, sql`s.face_value_fen`))}
    order by array_position(array['county', 'station', 'seller', 'hall', 'customer'], case when p.code is null then h.kind else 'station' end),
      coalesce(p.code, h.code), p.code nulls first, h.code, s.face_value_fen`.execute(tx)
  return rows
}

export interface Counted {
  holderId: number
  faceValueFen: number
  quantity: number
  inTransit: number
  frozen: number
}

/** The cards themselves, counted now: ranges less what was used; those on the road and those frozen among them. */
export async function countCards(tx: Tx, countyId: number): Promise<Counted[]> {
  const { rows } = await sql<Counted>`
    with frozen as (
      select range_agg(int8range(first_serial, last_serial, '[]')) as cards from card_freeze where county_id = ${countyId}
    ), counted as (
      select r.holder_id, r.face_value_fen, r.last_serial - r.first_serial + 1 as quantity,
        case when r.transit_document_id is not null then r.last_serial - r.first_serial + 1 else 0 end as in_transit,
        case when f.cards && int8range(r.first_serial, r.last_serial, '[]') then (
          select sum(upper(x) - lower(x)) - (select count(*) from card_use u where u.county_id = r.county_id
              and u.stamped_at is not null and u.serial between r.first_serial and r.last_serial and f.cards @> u.serial)
          from unnest(f.cards * int8multirange(int8range(r.first_serial, r.last_serial, '[]'))) x) else 0 end as frozen
      from card_range r cross join frozen f where r.county_id = ${countyId} and r.state <> 'void'
      union all
      select r.holder_id, r.face_value_fen, -count(*), 0, 0
      from card_use u join recharge r using (county_id, recharge_id)
      where u.county_id = ${countyId} and u.stamped_at is not null group by 1, 2
    )
    select holder_id, face_value_fen, sum(quantity)::int as quantity, sum(in_transit)::int as in_transit, sum(frozen)::int as frozen
    from counted group by 1, 2`.execute(tx)
  return rows
}

/** Cards on the road to each place at an instant: drawn before it, and neither accepted nor taken back by then. */
export async function inTransitAt(tx: Tx, countyId: number, at: Date): Promise<Counted[]> {
  const { rows } = await sql<Counted>`
    select m.to_holder_id as holder_id, m.face_value_fen, 0 as quantity, 0 as frozen,
      sum((select coalesce(sum(upper(x) - lower(x)), 0) from unnest(
        int8multirange(int8range(m.first_serial, m.last_serial, '[]')) - coalesce(e.cards, '{}'::int8multirange)) x))::int as in_transit
    from movement m
    cross join lateral (
      select range_agg(int8range(n.first_serial, n.last_serial, '[]')) as cards from movement n
      where n.county_id = m.county_id and n.movement_id > m.movement_id and n.at < ${at}::timestamptz
        and n.kind in ('accept', 'stationReturn', 'void', 'purchase')
        and int8range(n.first_serial, n.last_serial, '[]') && int8range(m.first_serial, m.last_serial, '[]')) e
    where m.county_id = ${countyId} and m.kind = 'draw' and m.at < ${at}::timestamptz
    group by 1, 2`.execute(tx)
  return rows
}
