// Balances per holder, face value and state: changed only together with the journal, in one lock order.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import type { CardState } from './card.ts'

export interface BalanceChange {
  holderId: number
  faceValueFen: number
  state: CardState
  change: number
}

/** Adds the changes up per key and applies them in key order; the database refuses a balance below zero. */
export async function addToBalances(tx: Tx, countyId: number, changes: readonly BalanceChange[]): Promise<void> {
  const sums = new Map<string, BalanceChange>()
  for (const change of changes) {
    const key = `${change.holderId} ${change.faceValueFen} ${change.state}`
    sums.set(key, { ...change, change: (sums.get(key)?.change ?? 0) + change.change })
  }
  const ordered = [...sums.values()]
    .filter(sum => sum.change !== 0)
    .sort((a, b) => a.holderId - b.holderId || a.faceValueFen - b.faceValueFen || (a.state < b.state ? -1 : 1))
  for (const sum of ordered) {
    // The row is made empty first: an insert of a negative quantity would break the constraint even where the row exists.
    await tx
      .insertInto('balance')
      .values({ countyId, holderId: sum.holderId, faceValueFen: sum.faceValueFen, state: sum.state, quantity: 0 })
      .onConflict(conflict => conflict.doNothing())
      .execute()
    await tx
      .updateTable('balance')
      .set({ quantity: sql<number>`quantity + ${sum.change}` })
      .where('countyId', '=', countyId)
      .where('holderId', '=', sum.holderId)
      .where('faceValueFen', '=', sum.faceValueFen)
      .where('state', '=', sum.state)
      .execute()
  }
}

/** Locks the balances of one holder and state, made where they are not yet: no move to or from it is under way then. */
export async function lockBalances(
  tx: Tx,
  of: { countyId: number; holderId: number; state: CardState; faceValuesFen: readonly number[] },
): Promise<void> {
  const { countyId, holderId, state } = of
  const faces = [...of.faceValuesFen].sort((a, b) => a - b)
  await sql`
    insert into balance (county_id, holder_id, face_value_fen, state, quantity)
    select ${countyId}::smallint, ${holderId}::int, f, ${state}, 0 from unnest(${faces}::int[]) f on conflict do nothing`.execute(
    tx,
  )
  await sql`
    select from balance where county_id = ${countyId} and holder_id = ${holderId} and state = ${state}
      and face_value_fen = any(${faces}::int[])
    order by face_value_fen for update`.execute(tx)
}
