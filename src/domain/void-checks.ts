// Checks of voids, the custody register and stocktakes: what lies in custody, who freezes and claims, which counts are open.

import { type RawBuilder, sql } from 'kysely'
import type { LedgerDifference } from './ledger-audit.ts'

const most = 1000
const spans = (of: string) =>
  sql`range_agg(int8range(${sql.ref(`${of}.firstSerial`)}, ${sql.ref(`${of}.lastSerial`)}, '[]'))`

export const voidChecks: readonly RawBuilder<LedgerDifference>[] = [
  // A void whose cards are here has exactly these in custody; one whose cards are gone has none.
  sql`
    with voided as (
      select d.county_id, d.document_id, d.document_no, (d.body ->> 'physical')::boolean as physical,
        (select ${spans('m')} from movement m where m.county_id = d.county_id and m.document_id = d.document_id and m.kind = 'void') as moved,
        (select ${spans('c')} from custody c where c.county_id = d.county_id and c.document_id = d.document_id and c.source = 'void') as kept
      from document d where d.kind = 'ZF' and d.state in ('voided', 'destroyed'))
    select county_id, 'void and custody' as check, format('document %s: void %s, in custody %s', document_no, moved, coalesce(kept, '{}')) as about
    from voided where coalesce(kept, '{}') <> case when physical then coalesce(moved, '{}') else '{}' end limit ${most}`,
  // Whatever lies in custody was voided or rejected by the document it lies there by.
  sql`
    select c.county_id, 'custody and its document' as check,
      format('%s to %s, %s, document %s', c.first_serial, c.last_serial, c.source, c.document_id) as about
    from custody c
    where not int8multirange(int8range(c.first_serial, c.last_serial, '[]')) <@ coalesce(case c.source
      when 'void' then (select ${spans('m')} from movement m where m.county_id = c.county_id and m.document_id = c.document_id and m.kind = 'void')
      else (select ${spans('r')} from rejected_range r where r.county_id = c.county_id and r.document_id = c.document_id) end, '{}')
    limit ${most}`,
  // The register holds what its events say: taken in once, destroyed once, face value of the batch.
  sql`
    with taken as (
      select r.county_id, r.document_id, ${spans('r')} as cards
      from custody_event_range r join custody_event e using (county_id, event_id) where e.kind = 'taken' group by 1, 2
    ), gone as (
      select r.county_id, r.document_id, ${spans('r')} as cards
      from custody_event_range r join custody_event e using (county_id, event_id) where e.kind = 'destroyed' group by 1, 2
    ), register as (
      select c.county_id, c.document_id, ${spans('c')} as cards, ${spans('c')} filter (where c.destroyed_at is not null) as destroyed
      from custody c group by 1, 2)
    select coalesce(t.county_id, r.county_id) as county_id, 'custody and its events' as check,
      format('document %s: taken %s, on the register %s; destroyed %s, on the register %s', coalesce(t.document_id, r.document_id),
        t.cards, r.cards, g.cards, r.destroyed) as about
    from taken t full join register r on r.county_id = t.county_id and r.document_id = t.document_id
    left join gone g on g.county_id = coalesce(t.county_id, r.county_id) and g.document_id = coalesce(t.document_id, r.document_id)
    where t.cards is distinct from r.cards or g.cards is distinct from r.destroyed limit ${most}`,
  sql`
    select c.county_id, 'custody and batch' as check, format('%s to %s, %s fen', c.first_serial, c.last_serial, c.face_value_fen) as about
    from custody c left join batch b on b.county_id = c.county_id and c.first_serial between b.first_serial and b.last_serial
      and c.face_value_fen = b.face_value_fen
    where b.batch_id is null limit ${most}`,
  // A void is destroyed when all of its cards are, and not before.
  sql`
    select d.county_id, 'void and destruction' as check, format('document %s is %s', d.document_no, d.state) as about
    from document d left join lateral (
      select count(*) as ranges, count(*) filter (where c.destroyed_at is null) as kept from custody c
      where c.county_id = d.county_id and c.document_id = d.document_id) c on true
    where d.kind = 'ZF' and d.state in ('voided', 'destroyed') and (d.state = 'destroyed') <> (c.ranges > 0 and c.kept = 0) limit ${most}`,
  // A void claims and freezes the cards on its lines while it waits, and nothing before or after.
  sql`
    with waiting as (
      select d.county_id, d.document_id, coalesce(d.document_no, d.document_id::text) as name, d.state in ('pendingApproval', 'approved') as waits,
        (select ${spans('l')} from document_line l where l.county_id = d.county_id and l.document_id = d.document_id) as lines,
        (select ${spans('c')} from claim c where c.county_id = d.county_id and c.document_id = d.document_id) as claimed,
        (select ${spans('f')} from card_freeze f where f.county_id = d.county_id and f.document_id = d.document_id) as frozen
      from document d where d.kind = 'ZF')
    select county_id, 'void, claims and freezes' as check,
      format('document %s: cards %s, claimed %s, frozen %s', name, lines, claimed, frozen) as about
    from waiting where (case when waits then lines end) is distinct from claimed or (case when waits then lines end) is distinct from frozen limit ${most}`,
  // Counts that go on are the open ones, and their differences are what their figures say.
  sql`
    select d.county_id, 'stocktake and scope' as check, format('document %s is %s', coalesce(d.document_no, d.document_id::text), d.state) as about
    from document d where d.kind = 'PD' and (
      not exists (select from stocktake_scope s where s.county_id = d.county_id and s.document_id = d.document_id)
      or exists (select from stocktake_scope s where s.county_id = d.county_id and s.document_id = d.document_id
        and s.open <> (d.state in ('counting', 'toReview', 'resolving')))) limit ${most}`,
  sql`
    with differing as (
      select county_id, document_id, face_value_fen,
        coalesce(sum(n) filter (where class = 'missing' and treatment is distinct from 'found'), 0) as missing,
        coalesce(sum(n) filter (where class = 'surplus'), 0) as surplus,
        coalesce(sum(n) filter (where class = 'elsewhere'), 0) as elsewhere
      from (select *, last_serial - first_serial + 1 as n from stocktake_difference) x group by 1, 2, 3)
    select county_id, 'stocktake and differences' as check, format('document %s, %s fen', document_id, face_value_fen) as about
    from stocktake_total t full join differing d using (county_id, document_id, face_value_fen)
    where (t.missing, t.surplus, t.elsewhere) is distinct from (coalesce(d.missing, 0), coalesce(d.surplus, 0), coalesce(d.elsewhere, 0)) limit ${most}`,
]
