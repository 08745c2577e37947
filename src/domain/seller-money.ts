// The money between a station and its seller or hall (往来): the only writer of entries; the database keeps their sums.

import { type RawBuilder, sql } from 'kysely'
import { type Tx, violatedConstraint } from '../kernel/db.ts'
import { refuse } from '../kernel/refusal.ts'
import { yuan } from './money.ts'

export interface SellerMoney {
  name: string
  creditLimitFen: number
  /** Below zero the county owes the seller, for exchange cards it handed out. */
  owedFen: number
  paidFen: number
  purchaseStopped: boolean
}

export type MoneyMethod = 'cash' | 'transfer'

export type Entry = { amountFen: number; reference?: string; note?: string } & (
  | { kind: 'purchase'; method: MoneyMethod | 'credit' }
  | { kind: 'refund'; method: MoneyMethod | 'offset' }
  | { kind: 'repayment'; method: MoneyMethod }
  | { kind: 'exchange'; method: 'offset' }
)

export interface EntryCause {
  countyId: number
  /** The seller or hall. */
  holderId: number
  /** Only a repayment has none. */
  documentId: number | null
  operatorId: number
  at: Date
}

/** What one entry changes of what is owed and of what was paid. */
function changesOf({ kind, method, amountFen }: Entry): { owed: number; paid: number } {
  const money = method === 'cash' || method === 'transfer'
  if (kind === 'purchase') return money ? { owed: 0, paid: amountFen } : { owed: amountFen, paid: 0 }
  if (kind === 'refund') return money ? { owed: 0, paid: -amountFen } : { owed: -amountFen, paid: 0 }
  return { owed: -amountFen, paid: kind === 'repayment' ? amountFen : 0 }
}

/** How a seller's money stands; nothing is decided on it without its lock. */
export function readSellerMoney(tx: Tx, countyId: number, holderId: number): Promise<SellerMoney> {
  return moneyOf(tx, countyId, holderId, sql``)
}

/** Locks a seller's money; taken after batches and balances. */
function lockSellerMoney(tx: Tx, countyId: number, holderId: number): Promise<SellerMoney> {
  return moneyOf(tx, countyId, holderId, sql`for no key update of s`)
}

async function moneyOf(tx: Tx, countyId: number, holderId: number, lock: RawBuilder<unknown>): Promise<SellerMoney> {
  const { rows } = await sql<SellerMoney>`
    select h.name, s.credit_limit_fen, s.owed_fen, s.paid_fen, s.purchase_stopped_at is not null as purchase_stopped
    from seller s join holder h using (county_id, holder_id)
    where s.county_id = ${countyId} and s.holder_id = ${holderId} ${lock}`.execute(tx)
  return rows[0] ?? refuse('sellerNotFound')
}

/**
 * Writes entries, or refuses: no credit beyond the limit, nothing paid back that was not paid, nothing set off or
 * repaid that was not owed. Returns how the money stands afterwards.
 */
export async function addEntries(tx: Tx, cause: EntryCause, entries: readonly Entry[]): Promise<SellerMoney> {
  const before = await lockSellerMoney(tx, cause.countyId, cause.holderId)
  refuseBeyond(before, entries)
  const changes = entries.map(changesOf)
  const column = <T>(value: (entry: Entry) => T) => entries.map(value)
  try {
    await sql`
      insert into seller_entry (county_id, holder_id, at, kind, method, document_id, amount_fen, owed_change_fen, paid_change_fen,
        reference, operator_id, note)
      select ${cause.countyId}::smallint, ${cause.holderId}::int, ${cause.at}::timestamptz, e.kind, e.method,
        ${cause.documentId}::int, e.amount, e.owed, e.paid, e.reference, ${cause.operatorId}::int, e.note
      from unnest(${column(e => e.kind)}::text[], ${column(e => e.method)}::text[], ${column(e => e.amountFen)}::bigint[],
        ${changes.map(c => c.owed)}::bigint[], ${changes.map(c => c.paid)}::bigint[],
        ${column(e => e.reference ?? '')}::text[], ${column(e => e.note ?? '')}::text[])
        as e(kind, method, amount, owed, paid, reference, note)`.execute(tx)
  } catch (error) {
    return refuseViolation(error)
  }
  return {
    ...before,
    owedFen: changes.reduce((sum, change) => sum + change.owed, before.owedFen),
    paidFen: changes.reduce((sum, change) => sum + change.paid, before.paidFen),
  }
}

function refuseBeyond({ name: seller, ...money }: SellerMoney, entries: readonly Entry[]): void {
  const total = (fits: (entry: Entry) => boolean) =>
    entries.filter(fits).reduce((sum, entry) => sum + entry.amountFen, 0)
  if (money.purchaseStopped && entries.some(entry => entry.kind === 'purchase')) refuse('sellerStopped', { seller })
  const credit = total(entry => entry.method === 'credit')
  const left = Math.max(0, money.creditLimitFen - money.owedFen)
  if (credit > left) refuse('SK01', { seller, x: yuan(left), y: yuan(credit) })
  const paidBack = total(entry => entry.kind === 'refund' && entry.method !== 'offset')
  if (paidBack > money.paidFen) refuse('TK04', { x: yuan(paidBack), y: yuan(money.paidFen) })
  const owed = yuan(Math.max(0, money.owedFen))
  const setOff = total(entry => entry.kind === 'refund' && entry.method === 'offset')
  if (setOff > 0 && setOff > money.owedFen) refuse('offsetBeyondOwed', { x: yuan(setOff), y: owed })
  const repaid = total(entry => entry.kind === 'repayment')
  if (repaid > 0 && repaid > money.owedFen) refuse('repaidBeyondOwed', { x: yuan(repaid), y: owed })
}

/** The same rules as the database keeps them; reached only by whoever did not ask here first. */
const violations = ['seller_owes_within', 'seller_paid_not_negative', 'seller_entry_purchase_once']

export function refuseViolation(error: unknown): never {
  if (violations.includes(violatedConstraint(error) ?? '')) refuse('moneyBeyond')
  throw error
}
