// Cards and money of every seller and hall over a period: what sales and rankings are made of.

import { sql } from 'kysely'
import type { Tx } from '../../kernel/db.ts'
import { all } from '../listing/listing.ts'
import { visibleHolders } from '../visibility.ts'
import { countCards, readFlows } from './flows.ts'
import type { ReportScope } from './report.ts'

export interface CardFacts {
  holderId: number
  name: string
  stationId: number
  station: string
  faceValueFen: number
  opening: number
  purchased: number
  returned: number
  registered: number
  recharged: number
  onHand: number
  /** Journal as of now less cards counted: must be zero. */
  check: number
}

export interface MoneyFacts {
  holderId: number
  soldFen: number
  refundedFen: number
  receivedFen: number
  openingOwedFen: number
  creditFen: number
  repaidFen: number
  offsetFen: number
  owedFen: number
  creditLimitFen: number
}

interface Place {
  holderId: number
  faceValueFen: number
  quantity: number
}

export async function cardFacts(tx: Tx, scope: ReportScope): Promise<CardFacts[]> {
  const flows = (await readFlows(tx, scope)).filter(({ kind }) => kind === 'seller' || kind === 'hall')
  const counted = byKey(await countCards(tx, scope.countyId))
  const registered = byKey(await registeredSales(tx, scope))
  const recharged = byKey(await rechargedCards(tx, scope))
  return flows.map(({ holderId, name, parentId, parentName, faceValueFen, opening, incoming, outgoing, later }) => {
    const key = `${holderId} ${faceValueFen}`
    const sum = (parts: Record<string, number>) => Object.values(parts).reduce((a, b) => a + b, 0)
    const onHand = opening + sum(incoming) - sum(outgoing)
    return {
      holderId,
      name,
      stationId: parentId ?? 0,
      station: parentName ?? '',
      faceValueFen,
      opening,
      purchased: incoming.purchase ?? 0,
      returned: outgoing.sellerReturn ?? 0,
      registered: registered.get(key) ?? 0,
      recharged: recharged.get(key) ?? 0,
      onHand,
      check: onHand + later - (counted.get(key) ?? 0),
    }
  })
}

const byKey = (rows: readonly Place[]) =>
  new Map(rows.map(({ holderId, faceValueFen, quantity }) => [`${holderId} ${faceValueFen}`, quantity]))

/** Sales to customers that somebody entered (登记售出), not those that a use implied. */
async function registeredSales(tx: Tx, { countyId, from, to }: ReportScope): Promise<Place[]> {
  const { rows } = await sql<Place>`
    select from_holder_id as holder_id, face_value_fen, sum(quantity)::int as quantity from movement
    where county_id = ${countyId} and kind = 'sale' and document_id is not null
      and at >= ${from}::timestamptz and at < ${to}::timestamptz group by 1, 2`.execute(tx)
  return rows
}

/** Cards of a seller that were used within the period, whoever held them by then. */
async function rechargedCards(tx: Tx, { countyId, from, to }: ReportScope): Promise<Place[]> {
  const { rows } = await sql<Place>`
    select r.seller_id as holder_id, r.face_value_fen, count(*)::int as quantity
    from card_use u join recharge_of_seller r on r.county_id = u.county_id and r.recharge_id = u.recharge_id
    where u.county_id = ${countyId} and u.stamped_at >= ${from}::timestamptz and u.stamped_at < ${to}::timestamptz
    group by 1, 2`.execute(tx)
  return rows
}

export async function moneyFacts(tx: Tx, { countyId, actor, from, to }: ReportScope): Promise<MoneyFacts[]> {
  const within = sql`filter (where e.at >= ${from}::timestamptz and e.at < ${to}::timestamptz and `
  const { rows } = await sql<MoneyFacts>`
    select s.holder_id, s.credit_limit_fen,
      coalesce(sum(e.amount_fen) ${within} e.kind = 'purchase'), 0)::bigint as sold_fen,
      coalesce(sum(e.amount_fen) ${within} e.kind = 'refund'), 0)::bigint as refunded_fen,
      coalesce(sum(e.paid_change_fen) ${within} true), 0)::bigint as received_fen,
      coalesce(sum(e.owed_change_fen) filter (where e.at < ${from}::timestamptz), 0)::bigint as opening_owed_fen,
      coalesce(sum(e.owed_change_fen) ${within} e.kind = 'purchase'), 0)::bigint as credit_fen,
      coalesce(-sum(e.owed_change_fen) ${within} e.kind = 'repayment'), 0)::bigint as repaid_fen,
      coalesce(-sum(e.owed_change_fen) ${within} e.kind in ('refund', 'exchange')), 0)::bigint as offset_fen,
      coalesce(sum(e.owed_change_fen) filter (where e.at < ${to}::timestamptz), 0)::bigint as owed_fen
    from seller s
    join holder h on h.county_id = s.county_id and h.holder_id = s.holder_id
    left join seller_entry e on e.county_id = s.county_id and e.holder_id = s.holder_id
    where ${all(sql`s.county_id = ${countyId}`, visibleHolders(actor))} group by 1, 2`.execute(tx)
  return rows
}
