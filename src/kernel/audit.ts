// The audit log: one row per operation, written in the transaction of what it records.

import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { DB } from './db-types.ts'
import type { Actor } from './operation.ts'

export interface AuditEntry {
  requestId: string
  operation: string
  /** `done`, `read`, or the code of a refusal. */
  outcome: string
  actor: Actor
  /** Input and what else matters, already redacted. */
  details: unknown
}

/** Writes entries as arrays, in one statement; takes no lock that two commands could meet at. */
export async function writeAudit(tx: Kysely<DB>, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  await sql`
    insert into audit (county_id, request_id, operation, outcome, actor_role, actor_id, actor_name, details)
    select * from unnest(
      ${entries.map(e => e.actor.countyId)}::smallint[], ${entries.map(e => e.requestId)}::text[],
      ${entries.map(e => e.operation)}::text[], ${entries.map(e => e.outcome)}::text[],
      ${entries.map(e => e.actor.role)}::text[], ${entries.map(e => e.actor.operatorId)}::integer[],
      ${entries.map(e => e.actor.name)}::text[], ${entries.map(e => JSON.stringify(e.details ?? {}))}::jsonb[])`.execute(
    tx,
  )
}
