// Cards (卡查询): ranges with their counts, and single cards where a serial or a condition of single cards is asked for.

import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { dayOf } from '../business-day.ts'
import { cardStates } from '../card.ts'
import { instant, printedSerial } from '../forms.ts'
import { ownSerial } from '../serial.ts'
import { visibleHolders } from '../visibility.ts'
import { column } from './columns.ts'
import { all, type Listing, type Scope, when } from './listing.ts'
import { fullSerial } from './shapes.ts'
import { cardStateWords } from './words.ts'

const filter = {
  serial: printedSerial.optional(),
  firstSerial: printedSerial.optional(),
  lastSerial: printedSerial.optional(),
  batchId: z.int().optional(),
  faceValueFen: z.int().optional(),
  states: z.array(z.enum(cardStates)).max(6).optional(),
  holderId: z.int().optional(),
  expiresFrom: z.iso.date().optional(),
  expiresTo: z.iso.date().optional(),
  expired: z.boolean().optional(),
  inTransit: z.boolean().optional(),
  frozen: z.boolean().optional(),
  /** By wrong PINs. */
  locked: z.boolean().optional(),
  /** By a recharge that is not settled. */
  held: z.boolean().optional(),
}
const read = z.object(filter)
type Filter = z.output<typeof read>

const row = z.object({
  firstSerial: fullSerial,
  lastSerial: fullSerial,
  /** Cards that are in this state: those of the range that were used are not. */
  quantity: z.int(),
  amountFen: z.int(),
  usedQuantity: z.int(),
  heldQuantity: z.int(),
  frozenQuantity: z.int(),
  lockedQuantity: z.int(),
  faceValueFen: z.int(),
  state: z.enum(cardStates),
  holderId: z.int(),
  holderName: z.string(),
  batchId: z.int(),
  batchNo: z.string().nullable(),
  expiresOn: z.string(),
  inTransit: z.boolean(),
  /** When a single card was used. */
  usedAt: instant.nullable(),
})

export const cards = {
  name: 'card',
  title: ['卡查询', 'Cards'],
  filter,
  row,
  columns: [
    column('firstSerial', 'text', ['起始卡号', 'First serial']),
    column('lastSerial', 'text', ['终止卡号', 'Last serial']),
    column('quantity', 'count', ['张数', 'Cards']),
    column('faceValueFen', 'fen', ['面值（元）', 'Face value (yuan)']),
    column('amountFen', 'fen', ['金额（元）', 'Amount (yuan)']),
    column('state', 'text', ['状态', 'State'], cardStateWords),
    column('holderName', 'text', ['持有者', 'Holder']),
    column('batchNo', 'text', ['批次', 'Batch']),
    column('expiresOn', 'date', ['有效期至', 'Expires on']),
    column('inTransit', 'yesNo', ['在途', 'In transit']),
    column('usedQuantity', 'count', ['已使张数', 'Used']),
    column('heldQuantity', 'count', ['充值中张数', 'Held']),
    column('frozenQuantity', 'count', ['冻结张数', 'Frozen']),
    column('lockedQuantity', 'count', ['锁定张数', 'Locked']),
    column('usedAt', 'instant', ['使用时间', 'Used at']),
  ],
  sorts: {
    firstSerial: { by: sql`q.first_serial`, type: 'bigint' },
    expiresOn: { by: sql`q.expires_on`, type: 'date' },
    faceValueFen: { by: sql`q.face_value_fen`, type: 'bigint' },
    quantity: { by: sql`q.quantity`, type: 'bigint' },
    holderName: { by: sql`q.holder_name`, type: 'text' },
  },
  first: { sort: 'firstSerial', direction: 'asc' },
  /** A used card may begin where a range does. */
  id: { by: sql`q.row_id`, type: 'bigint' },
  sums: ['quantity', 'amountFen'],
  facet: { column: 'state', filter: 'states' },
  select(scope, asked) {
    const wanted = read.parse(asked)
    const { states } = wanted
    const single = wanted.serial !== undefined || wanted.locked === true || wanted.held === true
    if (single) return singleCards(scope, wanted)
    if (states === undefined) return ranges(scope, wanted)
    const unused = states.some(state => state !== 'used')
    if (!states.includes('used')) return ranges(scope, wanted)
    const used = singleCards(scope, { ...wanted, states: ['used'] })
    return unused ? sql`(${ranges(scope, wanted)}) union all (${used})` : used
  },
} as const satisfies Listing

const joins = sql`
  join holder h on h.county_id = r.county_id and h.holder_id = r.holder_id
  join document b on b.county_id = r.county_id and b.document_id = r.batch_id`

/** Conditions on a range as a whole: `card_range r`, `holder h`. */
function rangeConditions({ countyId, actor, now }: Scope, f: Filter): RawBuilder<boolean> {
  const today = dayOf(now)
  return all(
    sql`r.county_id = ${countyId}`,
    visibleHolders(actor),
    when(f.batchId, id => sql`r.batch_id = ${id}`),
    when(f.faceValueFen, face => sql`r.face_value_fen = ${face}`),
    when(f.holderId, id => sql`r.holder_id = ${id}`),
    when(f.expiresFrom, day => sql`r.expires_on >= ${day}::date`),
    when(f.expiresTo, day => sql`r.expires_on <= ${day}::date`),
    when(f.expired, is => sql`(r.expires_on < ${today}::date) = ${is}`),
    when(f.inTransit, is => sql`(r.transit_document_id is not null) = ${is}`),
  )
}

/** The serials asked for, both ends open where nothing is said. */
function span({ countyId }: Scope, f: Filter): RawBuilder<unknown> {
  const end = (printed: string | undefined) => (printed === undefined ? null : ownSerial(printed, countyId))
  return sql`int8range(${end(f.firstSerial)}::bigint, ${end(f.lastSerial)}::bigint, '[]')`
}

/** Ranges cut to the serials asked for, and to what is frozen or not. */
function ranges(scope: Scope, f: Filter): RawBuilder<unknown> {
  const { countyId, wrongPinsPerCard } = scope
  const limit = sql`${wrongPinsPerCard}::int`
  const held = sql`(select range_agg(int8range(u.serial, u.serial, '[]')) from card_use u where u.county_id = r.county_id
    and u.stamped_at is null and u.serial between r.first_serial and r.last_serial)`
  const locked = sql`(select range_agg(int8range(t.serial, t.serial, '[]')) from card_try t where t.county_id = r.county_id
    and t.wrong_count >= ${limit} and t.serial between r.first_serial and r.last_serial)`
  const nothing = sql`'{}'::int8multirange`
  const frozen = sql`coalesce(z.cards, ${nothing})`
  const part = all(
    when(f.states, states => sql`r.state = any(${states}::text[])`),
    sql`int8range(r.first_serial, r.last_serial, '[]') && ${span(scope, f)}`,
    rangeConditions(scope, f),
  )
  const pieces = sql`int8multirange(int8range(r.first_serial, r.last_serial, '[]') * ${span(scope, f)})
    ${f.frozen === undefined ? sql`` : f.frozen ? sql`* ${frozen}` : sql`- ${frozen}`}
    ${f.held === false ? sql`- coalesce(${held}, ${nothing})` : sql``}
    ${f.locked === false ? sql`- coalesce(${locked}, ${nothing})` : sql``}`
  return sql`
    select lower(p) as first_serial, upper(p) - 1 as last_serial, lower(p) * 2 as row_id,
      (upper(p) - lower(p))::int - u.used as quantity, (upper(p) - lower(p) - u.used) * r.face_value_fen as amount_fen,
      u.used as used_quantity, u.held as held_quantity,
      (select coalesce(sum(upper(x) - lower(x)), 0)::int from unnest(${frozen} * int8multirange(p)) x) as frozen_quantity,
      (select count(*)::int from card_try t where t.county_id = ${countyId} and t.wrong_count >= ${limit}
        and t.serial >= lower(p) and t.serial < upper(p)) as locked_quantity,
      r.face_value_fen, r.state, r.holder_id, h.name as holder_name, r.batch_id, b.document_no as batch_no, r.expires_on,
      r.transit_document_id is not null as in_transit, null::timestamptz as used_at
    from card_range r ${joins}
    left join lateral (
      select range_agg(int8range(f.first_serial, f.last_serial, '[]')) as cards from card_freeze f
      where f.county_id = r.county_id
        and int8range(f.first_serial, f.last_serial, '[]') && int8range(r.first_serial, r.last_serial, '[]')) z on true
    cross join lateral unnest(${pieces}) p
    cross join lateral (
      select count(*) filter (where u.stamped_at is not null)::int as used, count(*) filter (where u.stamped_at is null)::int as held
      from card_use u where u.county_id = ${countyId} and u.serial >= lower(p) and u.serial < upper(p)) u
    where ${part} and upper(p) - lower(p) > u.used`
}

/** Single cards: the one asked for, or those held, locked or used. */
function singleCards(scope: Scope, f: Filter): RawBuilder<unknown> {
  const { countyId, wrongPinsPerCard } = scope
  const source =
    f.serial !== undefined
      ? sql`(select ${ownSerial(f.serial, countyId)}::bigint as serial)`
      : f.locked
        ? sql`(select serial from card_try where county_id = ${countyId} and wrong_count >= ${wrongPinsPerCard}::int)`
        : sql`(select serial from card_use where county_id = ${countyId} and stamped_at is ${f.held ? sql`` : sql`not`} null)`
  const isFrozen = sql`exists (select from card_freeze f where f.county_id = ${countyId}
    and int8range(f.first_serial, f.last_serial, '[]') @> s.serial)`
  const isLocked = sql`coalesce(t.wrong_count >= ${wrongPinsPerCard}::int, false)`
  const isHeld = sql`(u.serial is not null and u.stamped_at is null)`
  const state = sql`case when u.stamped_at is not null then 'used' else r.state end`
  return sql`
    select s.serial as first_serial, s.serial as last_serial, s.serial * 2 + 1 as row_id, 1 as quantity,
      r.face_value_fen::bigint as amount_fen, (u.stamped_at is not null)::int as used_quantity, ${isHeld}::int as held_quantity,
      ${isFrozen}::int as frozen_quantity, ${isLocked}::int as locked_quantity,
      r.face_value_fen, ${state} as state, r.holder_id, h.name as holder_name, r.batch_id, b.document_no as batch_no, r.expires_on,
      r.transit_document_id is not null as in_transit, u.stamped_at as used_at
    from ${source} s
    cross join lateral (
      select * from card_range x where x.county_id = ${countyId} and x.first_serial <= s.serial order by x.first_serial desc limit 1) r
    ${joins}
    left join card_use u on u.county_id = ${countyId} and u.serial = s.serial
    left join card_try t on t.county_id = ${countyId} and t.serial = s.serial
    where ${all(
      sql`r.last_serial >= s.serial`,
      sql`${span(scope, f)} @> s.serial`,
      rangeConditions(scope, f),
      when(f.states, states => sql`${state} = any(${states}::text[])`),
      when(f.frozen, is => sql`${isFrozen} = ${is}`),
      when(f.locked, is => sql`${isLocked} = ${is}`),
      when(f.held, is => sql`${isHeld} = ${is}`),
    )}`
}
