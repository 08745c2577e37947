// The lock of a card after too many wrong PINs (锁定): set by the check of a card, lifted by people here.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'

/** Takes the lock off; false when there is none. */
export async function unlockCard(tx: Tx, countyId: number, serial: number, wrongPinsPerCard: number): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('cardTry')
    .where('countyId', '=', countyId)
    .where('serial', '=', serial)
    .where('wrongCount', '>=', wrongPinsPerCard)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Whether an attendant has taken a lock off this card on this local day. */
export async function attendantUnlocked(tx: Tx, countyId: number, serial: number, now: Date): Promise<boolean> {
  const { rows } = await sql`
    select from document_line l join document d using (county_id, document_id)
      join operator o on o.county_id = d.county_id and o.operator_id = d.author_id
    where l.county_id = ${countyId} and l.first_serial = ${serial} and d.kind = 'KF' and d.body->>'service' = 'unlock'
      and o.role = 'hotlineAttendant'
      and (d.executed_at at time zone 'Asia/Shanghai')::date = (${now}::timestamptz at time zone 'Asia/Shanghai')::date
    limit 1`.execute(tx)
  return rows.length > 0
}
