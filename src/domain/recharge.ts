// Recharges: the hold, the events, the stamp; with the SQL functions the only writer of card_use and recharge tables.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import type { PostedAnswer, Reason } from '../mis/connector.ts'
import { addToBalances, type BalanceChange } from './balance.ts'
import type { GuessLimits } from './services.ts'

export type RechargeState = 'initial' | 'succeeded' | 'failed' | 'doubtful'

export interface AcceptItem {
  countyId: number
  serial: number
  pinMac: Buffer
  accountNo: string
  channel: 'voice' | 'sms' | 'web' | 'desk'
  caller: string | null
  callId: string | null
}

export interface AcceptAnswer {
  /** `ok`, or why not: badCard, cardLocked, accountLimit, inactive, frozen, expired, void, inUse. */
  code: string
  rechargeId: number | null
  transactionSerial: string | null
  faceValueFen: number | null
  leaseToken: number | null
}

/** Accepts recharges (R1), each for itself; answers in the order of the items. */
export async function acceptRecharges(
  tx: Tx,
  items: readonly AcceptItem[],
  settings: { node: string; leaseMs: number; limits: GuessLimits },
): Promise<AcceptAnswer[]> {
  const asJson = items.map(({ countyId, pinMac, ...rest }) => ({
    ...rest,
    county: countyId,
    pinMac: pinMac.toString('hex'),
  }))
  const { rows } = await sql<AcceptAnswer & { place: number }>`
    select * from accept_recharges(${JSON.stringify(asJson)}::jsonb, ${settings.node}, ${`${settings.leaseMs} milliseconds`}::interval,
      ${settings.limits.wrongPinsPerCard}, ${settings.limits.rechargesPerAccountDay})`.execute(tx)
  const byPlace = new Map(rows.map(row => [row.place, row]))
  return items.map((_item, place) => {
    const answer = byPlace.get(place + 1)
    if (!answer) throw new Error('accept_recharges answers every item')
    return answer
  })
}

export interface RechargeNow {
  countyId: number
  rechargeId: number
  serial: number
  batchId: number
  faceValueFen: number
  fromState: 'seller' | 'customer'
  holderId: number
  accountNo: string
  state: RechargeState
  owed: boolean
}

export async function rechargeNow(tx: Tx, countyId: number, rechargeId: number): Promise<RechargeNow> {
  const { rows } = await sql<RechargeNow>`
    select county_id, recharge_id, serial, batch_id, face_value_fen, from_state, holder_id, account_no, state, owed
    from recharge_now where county_id = ${countyId} and recharge_id = ${rechargeId}`.execute(tx)
  const row = rows[0]
  if (!row) throw new Error(`recharge ${rechargeId} exists`)
  return row
}

/** 成功: the card is 已使 for good. */
export async function succeedRecharge(tx: Tx, recharge: RechargeNow, posted: PostedAnswer): Promise<void> {
  await appendEvent(tx, recharge, 'succeeded', false, {
    misRef: posted.misRef,
    settleDate: posted.settleDate,
    balanceFen: posted.balanceFen ?? null,
    notices: posted.notices,
  })
  await stampCard(tx, recharge)
  await tx
    .insertInto('knownAccount')
    .values({ countyId: recharge.countyId, accountNo: recharge.accountNo, knownAt: sql<Date>`now()` })
    .onConflict(conflict => conflict.columns(['countyId', 'accountNo']).doUpdateSet({ knownAt: sql<Date>`now()` }))
    .execute()
}

/** 失败: the card is free again, unless it was owed and thereby used for good. */
export async function failRecharge(
  tx: Tx,
  recharge: RechargeNow,
  reason: Reason | 'neverArrived' | 'closed',
): Promise<void> {
  await appendEvent(tx, recharge, 'failed', false, { reason })
  await tx
    .deleteFrom('cardUse')
    .where('countyId', '=', recharge.countyId)
    .where('serial', '=', recharge.serial)
    .execute()
  await sql`
    update account_day d set accepted_count = greatest(0, d.accepted_count - 1)
    from recharge r where r.county_id = ${recharge.countyId} and r.recharge_id = ${recharge.rechargeId}
      and d.county_id = r.county_id and d.account_no = r.account_no and d.day = (r.accepted_at at time zone 'Asia/Shanghai')::date`.execute(
    tx,
  )
}

/** 可疑: nothing is known; the card stays held. */
export async function doubtRecharge(tx: Tx, recharge: RechargeNow, cause: string): Promise<void> {
  if (recharge.state === 'initial' && !recharge.owed) await appendEvent(tx, recharge, 'doubtful', false, { cause })
}

/** 待入账: accepted while nothing could arrive; the card is 已使 at once and the county owes the posting. */
export async function oweRecharge(tx: Tx, recharge: RechargeNow, reason: string): Promise<void> {
  await appendEvent(tx, recharge, 'initial', true, { reason })
  await stampCard(tx, recharge)
}

async function appendEvent(
  tx: Tx,
  recharge: RechargeNow,
  state: RechargeState,
  owed: boolean,
  details: unknown,
): Promise<void> {
  await sql`
    insert into recharge_event (county_id, recharge_id, event_no, state, owed, details)
    select ${recharge.countyId}, ${recharge.rechargeId}, 1 + max(event_no), ${state}, ${owed}, ${JSON.stringify(details)}::jsonb
    from recharge_event where county_id = ${recharge.countyId} and recharge_id = ${recharge.rechargeId}`.execute(tx)
}

/** Stamps the card as used, once; an owed recharge that later succeeds was stamped before. */
async function stampCard(tx: Tx, recharge: RechargeNow): Promise<void> {
  await sql`
    with stamped as (
      update card_use set stamped_at = clock_timestamp()
      where county_id = ${recharge.countyId} and serial = ${recharge.serial} and recharge_id = ${recharge.rechargeId} and stamped_at is null
      returning county_id, recharge_id, serial, stamped_at)
    insert into use_carry (county_id, recharge_id, serial, stamped_at) select * from stamped`.execute(tx)
}

interface Carried {
  countyId: number
  rechargeId: number
  serial: number
  stampedAt: Date
  batchId: number
  faceValueFen: number
  fromState: 'seller' | 'customer'
  holderId: number
}

/**
 * Carries stamped uses into journal and balances: a card used without a sale entry counts as sold by its seller at that
 * moment, then as recharged. Returns how many were carried. Safe on several nodes at once.
 */
export async function carryUses(tx: Tx, most: number): Promise<number> {
  const { rows } = await sql<Carried>`
    with taken as (
      delete from use_carry where (county_id, recharge_id) in (
        select county_id, recharge_id from use_carry order by county_id, recharge_id limit ${most} for update skip locked)
      returning *)
    select t.county_id, t.recharge_id, t.serial, t.stamped_at, r.batch_id, r.face_value_fen, r.from_state, r.holder_id
    from taken t join recharge r using (county_id, recharge_id) order by t.stamped_at`.execute(tx)
  const counties = new Map<number, Carried[]>()
  for (const row of rows) counties.set(row.countyId, [...(counties.get(row.countyId) ?? []), row])
  for (const [countyId, uses] of [...counties].sort(([a], [b]) => a - b)) await carryCounty(tx, countyId, uses)
  return rows.length
}

async function carryCounty(tx: Tx, countyId: number, uses: readonly Carried[]): Promise<void> {
  const holders = await tx
    .selectFrom('holder')
    .select(['holderId', 'kind'])
    .where('countyId', '=', countyId)
    .where('kind', 'in', ['customer', 'account'])
    .execute()
  const customer = holders.find(holder => holder.kind === 'customer')?.holderId
  const account = holders.find(holder => holder.kind === 'account')?.holderId
  if (customer === undefined || account === undefined) throw new Error(`county ${countyId} has customers and accounts`)
  const changes: BalanceChange[] = uses.flatMap(({ faceValueFen, fromState, holderId }): BalanceChange[] => [
    { holderId, faceValueFen, state: fromState, change: -1 },
    { holderId: account, faceValueFen, state: 'used', change: 1 },
  ])
  await addToBalances(tx, countyId, changes)
  const movement = (use: Carried, kind: 'sale' | 'recharge') => ({
    countyId,
    at: use.stampedAt,
    kind,
    rechargeId: use.rechargeId,
    batchId: use.batchId,
    faceValueFen: use.faceValueFen,
    firstSerial: use.serial,
    lastSerial: use.serial,
    fromState: kind === 'sale' ? 'seller' : 'customer',
    fromHolderId: kind === 'sale' ? use.holderId : customer,
    toState: kind === 'sale' ? 'customer' : 'used',
    toHolderId: kind === 'sale' ? customer : account,
  })
  await tx
    .insertInto('movement')
    .values(
      uses.flatMap(use =>
        use.fromState === 'seller' ? [movement(use, 'sale'), movement(use, 'recharge')] : [movement(use, 'recharge')],
      ),
    )
    .execute()
}
