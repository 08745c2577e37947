// Idempotency keys: the first result of a key answers every repeat, and a key never serves two inputs.

import { createHmac } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { DB } from './db-types.ts'
import { Refusal } from './refusal.ts'

export interface KeyClaim {
  countyId: number
  operation: string
  caller: string
  key: string
  inputDigest: Buffer
}

/** `mine`: go on and keep the result. `first`: the result that was given before. A refusal: the key served another input. */
export type Claimed = { mine: true } | { mine: false; first: unknown } | Refusal

/**
 * A digest of an input that does not depend on the order of its members. The key is not in the database: an input may
 * hold a password or PIN, and a plain digest could be tried against every one.
 */
export function inputDigest(key: Buffer, input: unknown): Buffer {
  return createHmac('sha256', key).update(stableJson(input)).digest()
}

function stableJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/**
 * Claims keys in the order given. A key that another transaction is claiming waits for that one to end: so of two
 * callers at once the second gets the first's result.
 */
export async function claimKeys(tx: Kysely<DB>, claims: readonly KeyClaim[]): Promise<Claimed[]> {
  const inserted = await sql<{ place: number }>`
    with wanted as (
      select * from unnest(
        ${claims.map(c => c.countyId)}::smallint[], ${claims.map(c => c.operation)}::text[],
        ${claims.map(c => c.caller)}::text[], ${claims.map(c => c.key)}::text[], ${claims.map(c => c.inputDigest)}::bytea[])
        with ordinality as w(county_id, operation, caller, key, input_digest, place)
    ), mine as (
      insert into idempotency (county_id, operation, caller, key, input_digest)
      select county_id, operation, caller, key, input_digest from wanted order by county_id, operation, caller, key
      on conflict do nothing returning county_id, operation, caller, key
    )
    select w.place::int as place from wanted w join mine using (county_id, operation, caller, key)`.execute(tx)
  const mine = new Set(inserted.rows.map(row => row.place - 1))
  const answers: Claimed[] = []
  for (const [place, claim] of claims.entries()) {
    answers.push(mine.has(place) ? { mine: true } : await firstResult(tx, claim))
  }
  return answers
}

async function firstResult(tx: Kysely<DB>, claim: KeyClaim): Promise<Claimed> {
  const first = await tx
    .selectFrom('idempotency')
    .select(['inputDigest', 'result'])
    .where('countyId', '=', claim.countyId)
    .where('operation', '=', claim.operation)
    .where('caller', '=', claim.caller)
    .where('key', '=', claim.key)
    .executeTakeFirstOrThrow()
  if (!claim.inputDigest.equals(first.inputDigest)) return new Refusal('keyReused')
  return { mine: false, first: first.result }
}

/** Keeps the results of claimed keys; those without a result (refused) leave no key. */
export async function keepResults(
  tx: Kysely<DB>,
  kept: readonly { claim: KeyClaim; result: unknown }[],
  dropped: readonly KeyClaim[],
): Promise<void> {
  if (kept.length > 0) {
    await sql`
      update idempotency i set result = w.result
      from unnest(
        ${kept.map(k => k.claim.countyId)}::smallint[], ${kept.map(k => k.claim.operation)}::text[],
        ${kept.map(k => k.claim.caller)}::text[], ${kept.map(k => k.claim.key)}::text[],
        ${kept.map(k => JSON.stringify(k.result ?? null))}::jsonb[]) as w(county_id, operation, caller, key, result)
      where (i.county_id, i.operation, i.caller, i.key) = (w.county_id, w.operation, w.caller, w.key)`.execute(tx)
  }
  for (const claim of dropped) {
    await tx
      .deleteFrom('idempotency')
      .where('countyId', '=', claim.countyId)
      .where('operation', '=', claim.operation)
      .where('caller', '=', claim.caller)
      .where('key', '=', claim.key)
      .execute()
  }
}
