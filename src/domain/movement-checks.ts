// Checks of single movements against what they belong to: their batch, their recharge, their document.

import { type RawBuilder, sql } from 'kysely'
import type { LedgerDifference } from './ledger-audit.ts'

/** What kind of movement an executed document of a kind makes of all its ranges; those not here hold lines of another kind. */
const movementOfDocument = sql`(values
  ('CK', 'draw', '{inTransit,accepted,partlyAccepted,settled}'::text[]), ('CK', 'accept', '{accepted}'), ('SK', 'purchase', '{sold}'),
  ('TK', 'sellerReturn', '{returned}'), ('ZF', 'void', '{voided,destroyed}'), ('DS', 'sale', '{sold}'))`

const ranges = sql`range_agg(int8range(x.first_serial, x.last_serial, '[]'))`

export const movementChecks: readonly RawBuilder<LedgerDifference>[] = [
  sql`
    select m.county_id, 'movement and batch' as check,
      format('movement %s: %s to %s, %s fen, batch %s', m.movement_id, m.first_serial, m.last_serial, m.face_value_fen, m.batch_id) as about
    from movement m left join batch b on b.county_id = m.county_id and b.batch_id = m.batch_id
      and m.first_serial >= b.first_serial and m.last_serial <= b.last_serial and m.face_value_fen = b.face_value_fen
    where b.batch_id is null order by m.movement_id limit 1000`,
  // A use moves its card at the moment it was stamped; journal times are whole milliseconds.
  sql`
    select m.county_id, 'movement and recharge' as check,
      format('movement %s: card %s at %s, recharge %s says card %s at %s', m.movement_id, m.first_serial, m.at, m.recharge_id, r.serial, u.stamped_at) as about
    from movement m
    left join recharge r on r.county_id = m.county_id and r.recharge_id = m.recharge_id
    left join card_use u on u.county_id = m.county_id and u.recharge_id = m.recharge_id
    where m.recharge_id is not null and (r.serial is distinct from m.first_serial or m.last_serial <> m.first_serial
      or r.face_value_fen is distinct from m.face_value_fen or u.stamped_at is null or abs(extract(epoch from u.stamped_at - m.at)) >= 0.001)
    order by m.movement_id limit 1000`,
  // What a document moved, it moved in one of its steps. A document without steps is none that people made.
  sql`
    select m.county_id, 'movement and steps' as check,
      format('movement %s: dated %s, its document %s took no step then', m.movement_id, m.at, m.document_id) as about
    from movement m where m.document_id is not null
      and exists (select from document_step s where s.county_id = m.county_id and s.document_id = m.document_id)
      and not exists (select from document_step s where s.county_id = m.county_id and s.document_id = m.document_id
        and s.at between m.at - interval '10 minutes' and m.at + interval '10 minutes')
    order by m.movement_id limit 1000`,
  // An executed document moved the cards on its lines and no others.
  sql`
    with written as (
      select d.county_id, d.document_id, d.document_no, k.kind, (
        select ${ranges} from document_line x
        where x.county_id = d.county_id and x.document_id = d.document_id and x.first_serial is not null) as cards
      from document d join ${movementOfDocument} k(document_kind, kind, states) on k.document_kind = d.kind and d.state = any(k.states)
    ), moved as (
      select w.*, (select ${ranges} from movement x
        where x.county_id = w.county_id and x.document_id = w.document_id and x.kind = w.kind) as moved
      from written w where w.cards is not null
    )
    select m.county_id, 'document and movements' as check,
      format('document %s: lines %s, %s movements %s: %s', m.document_no, m.cards, m.kind,
        coalesce((select array_agg(x.movement_id order by x.movement_id) from movement x
          where x.county_id = m.county_id and x.document_id = m.document_id and x.kind = m.kind)::text, 'none'), m.moved) as about
    from moved m where m.moved is distinct from m.cards limit 1000`,
]
