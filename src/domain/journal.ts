// The movement journal (业务明细表): one row per range, cause and moment; only ever added to.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import type { RangeState } from './card.ts'
import type { HeldRange } from './range-check.ts'

export interface MovementCause {
  countyId: number
  kind: string
  documentId: number
  operatorId: number
  at: Date
  /** A life begins: what the pieces say of state and holder is not where they come from. */
  begins?: boolean
  toHolderId: number
  toState: RangeState
}

/** Writes a movement for each piece, which still bears the state and holder it comes from. */
export async function writeMovements(tx: Tx, cause: MovementCause, pieces: readonly HeldRange[]): Promise<void> {
  if (pieces.length === 0) return
  const column = <T>(value: (piece: HeldRange) => T) => pieces.map(value)
  await sql`
    insert into movement (county_id, at, kind, document_id, operator_id, batch_id, face_value_fen, first_serial,
      last_serial, from_state, from_holder_id, to_state, to_holder_id)
    select ${cause.countyId}::smallint, ${cause.at}::timestamptz, ${cause.kind}, ${cause.documentId}::int,
      ${cause.operatorId}::int, m.*, ${cause.toState}, ${cause.toHolderId}::int
    from unnest(
      ${column(p => p.batchId)}::int[], ${column(p => p.faceValueFen)}::int[], ${column(p => p.firstSerial)}::bigint[],
      ${column(p => p.lastSerial)}::bigint[], ${column(p => (cause.begins ? null : p.state))}::text[], ${column(p => (cause.begins ? null : p.holderId))}::int[]) m`.execute(
    tx,
  )
}
