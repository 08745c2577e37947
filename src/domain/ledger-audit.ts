// The proof that numbers, cards, balances and journal agree, on one snapshot of the whole database.

import { type RawBuilder, sql } from 'kysely'
import type { Database, Tx } from '../kernel/db.ts'
import { replayJournal } from './journal-audit.ts'
import { movementChecks } from './movement-checks.ts'
import { voidChecks } from './void-checks.ts'

export interface LedgerDifference {
  countyId: number
  check: string
  /** Where it differs, in words and numbers. */
  about: string
}

export interface LedgerReport {
  counties: {
    countyId: number
    generated: number
    unadmitted: number
    rejected: number
    states: Record<string, number>
  }[]
  differences: LedgerDifference[]
}

type Difference = RawBuilder<LedgerDifference>

/** Every check returns a row for each difference and nothing when all is well. */
const checks: readonly Difference[] = [
  // Generated cards are as many as their batch says, and lie in its range.
  sql`
    select b.county_id, 'cards of a batch' as check, format('batch %s: %s of %s cards', b.batch_id, count(c.serial), b.quantity) as about
    from batch b left join card c on c.county_id = b.county_id and c.serial between b.first_serial and b.last_serial and c.batch_id = b.batch_id
    where b.generated_at is not null group by b.county_id, b.batch_id, b.quantity having count(c.serial) <> b.quantity`,
  sql`
    select c.county_id, 'cards outside their batch' as check, format('batch %s: %s cards', c.batch_id, count(*)) as about
    from card c left join batch b on b.county_id = c.county_id and b.batch_id = c.batch_id and c.serial between b.first_serial and b.last_serial
    where b.batch_id is null group by c.county_id, c.batch_id`,
  // Admitted and rejected numbers lie in their batch.
  sql`
    select r.county_id, 'range outside its batch' as check, format('%s to %s', r.first_serial, r.last_serial) as about
    from (select county_id, batch_id, first_serial, last_serial from card_range union all select county_id, batch_id, first_serial, last_serial from rejected_range) r
    left join batch b on b.county_id = r.county_id and b.batch_id = r.batch_id and b.generated_at is not null
      and r.first_serial >= b.first_serial and r.last_serial <= b.last_serial
    where b.batch_id is null`,
  sql`
    select a.county_id, 'number both admitted and rejected' as check, format('%s to %s', a.first_serial, a.last_serial) as about
    from card_range a join rejected_range r on r.county_id = a.county_id
      and int8range(a.first_serial, a.last_serial, '[]') && int8range(r.first_serial, r.last_serial, '[]')`,
  // Balance = sum of the journal.
  sql`
    with journal as (
      select county_id, to_holder_id as holder_id, face_value_fen, to_state as state, quantity from movement
      union all select county_id, from_holder_id, face_value_fen, from_state, -quantity from movement where from_state is not null
    ), summed as (select county_id, holder_id, face_value_fen, state, sum(quantity) as quantity from journal group by 1, 2, 3, 4)
    select county_id, 'balance and journal' as check,
      format('holder %s, %s fen, %s: balance %s, journal %s', holder_id, face_value_fen, state, coalesce(b.quantity, 0), coalesce(s.quantity, 0)) as about
    from balance b full join summed s using (county_id, holder_id, face_value_fen, state)
    where coalesce(b.quantity, 0) <> coalesce(s.quantity, 0)`,
  // Balance (less what waits to be carried) = count of the cards.
  sql`
    with used as (
      select u.county_id, r.holder_id, r.face_value_fen, r.state, count(*) as quantity
      from card_use u join lateral (
        select * from card_range r where r.county_id = u.county_id and r.first_serial <= u.serial order by r.first_serial desc limit 1) r on true
      where u.stamped_at is not null group by 1, 2, 3, 4
    ), counted as (
      select county_id, holder_id, face_value_fen, state, sum(quantity) as quantity from (
        select county_id, holder_id, face_value_fen, state, last_serial - first_serial + 1 as quantity from card_range
        union all select county_id, holder_id, face_value_fen, state, -quantity from used
        union all select u.county_id, h.holder_id, u.face_value_fen, 'used', u.quantity from used u join holder h on h.county_id = u.county_id and h.kind = 'account'
      ) every_card group by 1, 2, 3, 4
    )
    select county_id, 'balance and cards' as check,
      format('holder %s, %s fen, %s: balance %s, cards %s', holder_id, face_value_fen, state, coalesce(b.quantity, 0), coalesce(c.quantity, 0)) as about
    from balance_now b full join counted c using (county_id, holder_id, face_value_fen, state)
    where coalesce(b.quantity, 0) <> coalesce(c.quantity, 0)`,
  // The journal of each batch brought in exactly the cards that are there.
  sql`
    select county_id, 'stock-in and ranges' as check, format('batch %s: journal %s, ranges %s', batch_id, coalesce(m.quantity, 0), coalesce(r.quantity, 0)) as about
    from (select county_id, batch_id, sum(quantity) as quantity from movement where kind = 'stockIn' group by 1, 2) m
    full join (select county_id, batch_id, sum(last_serial - first_serial + 1) as quantity from card_range group by 1, 2) r using (county_id, batch_id)
    where coalesce(m.quantity, 0) <> coalesce(r.quantity, 0)`,
  // A card is used or held exactly as its recharge says.
  sql`
    select r.county_id, 'recharge and card' as check,
      format('recharge %s is %s%s, its card is %s', r.recharge_id, r.state, case when owed.recharge_id is not null then ' (owed)' else '' end,
        case when u.recharge_id is null then 'free' when u.stamped_at is null then 'held' else 'used' end) as about
    from recharge_now r left join card_use u on u.county_id = r.county_id and u.recharge_id = r.recharge_id
    left join (select distinct county_id, recharge_id from recharge_event where owed) owed on owed.county_id = r.county_id and owed.recharge_id = r.recharge_id
    where (r.state = 'succeeded' or owed.recharge_id is not null) <> (u.stamped_at is not null)
      or (r.state in ('initial', 'doubtful')) and u.recharge_id is null
      or (r.state = 'failed' and owed.recharge_id is null) and u.recharge_id is not null`,
  // A card is good to the day of its batch, or of the latest extension that names it; extensions only go forward.
  sql`
    with extended as (
      select l.county_id, (d.body->>'expiresOn')::date as day, range_agg(int8range(l.first_serial, l.last_serial, '[]')) as spans
      from document d join document_line l using (county_id, document_id)
      where d.kind = 'KF' and d.state = 'done' and d.body->>'service' = 'extend' group by 1, 2)
    select r.county_id, 'expiry and its extensions' as check,
      format('%s to %s: good to %s, its batch to %s', r.first_serial, r.last_serial, r.expires_on, b.expires_on) as about
    from card_range r join batch b using (county_id, batch_id)
    where (r.expires_on > b.expires_on and not exists (
        select from extended e where e.county_id = r.county_id and e.day = r.expires_on
          and e.spans @> int8range(r.first_serial, r.last_serial, '[]')))
      or exists (select from extended e where e.county_id = r.county_id and e.day > r.expires_on
        and e.spans && int8range(r.first_serial, r.last_serial, '[]'))`,
  // What a seller owes and has paid = sum of its entries.
  sql`
    select s.county_id, 'seller and entries' as check,
      format('seller %s: owed %s, entries %s; paid %s, entries %s', s.holder_id, s.owed_fen, coalesce(e.owed, 0), s.paid_fen, coalesce(e.paid, 0)) as about
    from seller s left join (
      select county_id, holder_id, sum(owed_change_fen) as owed, sum(paid_change_fen) as paid from seller_entry group by 1, 2
    ) e on e.county_id = s.county_id and e.holder_id = s.holder_id
    where s.owed_fen <> coalesce(e.owed, 0) or s.paid_fen <> coalesce(e.paid, 0)`,
  // Money of a purchase or return = what its paper says = what moved.
  sql`
    with paper as (
      select d.county_id, d.document_id, d.document_no, case d.kind when 'SK' then 'purchase' else 'refund' end as kind,
        case d.kind when 'SK' then 'purchase' else 'sellerReturn' end as moved
      from document d where (d.kind, d.state) in (('SK', 'sold'), ('TK', 'returned'))
    ), entered as (
      select county_id, document_id, kind, sum(amount_fen) as fen from seller_entry where kind in ('purchase', 'refund') group by 1, 2, 3
    )
    select coalesce(p.county_id, e.county_id) as county_id, 'purchases, returns and their money' as check,
      format('%s %s: entries %s, lines %s, moved %s', coalesce(p.kind, e.kind), coalesce(p.document_no, e.document_id::text),
        coalesce(e.fen, 0), coalesce(l.fen, 0), coalesce(m.fen, 0)) as about
    from paper p full join entered e on e.county_id = p.county_id and e.document_id = p.document_id and e.kind = p.kind
    left join lateral (select sum(x.quantity::bigint * x.face_value_fen) as fen from document_line x
      where x.county_id = p.county_id and x.document_id = p.document_id) l on true
    left join lateral (select sum(x.quantity::bigint * x.face_value_fen) as fen from movement x
      where x.county_id = p.county_id and x.document_id = p.document_id and x.kind = p.moved) m on true
    where p.document_id is null or coalesce(e.fen, 0) <> coalesce(l.fen, 0) or coalesce(e.fen, 0) <> coalesce(m.fen, 0)`,
  // Nothing unsettled is forgotten.
  sql`
    select r.county_id, 'unsettled recharge without a task' as check, format('recharge %s', r.recharge_id) as about
    from recharge_now r where r.state in ('initial', 'doubtful')
      and not exists (select from posting_task t where t.county_id = r.county_id and t.recharge_id = r.recharge_id)
      and not exists (select from incident i where i.county_id = r.county_id and i.recharge_id = r.recharge_id and i.closed_at is null)`,
]

/** Audits the whole database on one snapshot. */
export function auditLedger(db: Database): Promise<LedgerReport> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async tx => {
      const differences: LedgerDifference[] = []
      for (const check of [...checks, ...movementChecks, ...voidChecks])
        differences.push(...(await check.execute(tx)).rows)
      const counties = await totals(tx)
      for (const { countyId } of counties) differences.push(...(await replayJournal(tx, countyId)))
      return { counties, differences: [...differences, ...countiesNotWhole(counties)] }
    })
}

async function totals(tx: Tx): Promise<LedgerReport['counties']> {
  const { rows } = await sql<LedgerReport['counties'][number]>`
    select county_id, generated, rejected, generated - rejected - admitted as unadmitted, states
    from (select c.county_id,
      coalesce((select sum(quantity) from batch b where b.county_id = c.county_id and b.generated_at is not null), 0)::float8 as generated,
      coalesce((select sum(last_serial - first_serial + 1) from rejected_range r where r.county_id = c.county_id), 0)::float8 as rejected,
      coalesce((select sum(last_serial - first_serial + 1) from card_range r where r.county_id = c.county_id), 0)::float8 as admitted,
      coalesce((select jsonb_object_agg(state, quantity) from (
        select state, sum(quantity) as quantity from balance_now b where b.county_id = c.county_id group by state) s), '{}') as states
    from county c where c.county_id > 0) counted order by county_id`.execute(tx)
  return rows
}

/** generated = unadmitted + rejected + the six states: with balances proved above, unadmitted must only not be negative and the states add up. */
function countiesNotWhole(counties: LedgerReport['counties']): LedgerDifference[] {
  return counties.flatMap(({ countyId, generated, unadmitted, rejected, states }) => {
    const admitted = Object.values(states).reduce((sum, quantity) => sum + quantity, 0)
    const whole = generated === unadmitted + rejected + admitted
    return whole && unadmitted >= 0
      ? []
      : [
          {
            countyId,
            check: 'generated = unadmitted + rejected + states',
            about: `${generated} = ${unadmitted} + ${rejected} + ${admitted}`,
          },
        ]
  })
}
