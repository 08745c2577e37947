// Sign-ins: passwords by argon2id, tokens that only the browser holds, sessions that end the moment their row is gone.

import { createHash, randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { type Kysely, sql } from 'kysely'
import type { DB } from './db-types.ts'
import type { Actor } from './operation.ts'

/** The digest a password is kept as (argon2id, OWASP's parameters). */
export function hashPassword(password: string): Promise<string> {
  return hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
}

export function checkPassword(kept: string, password: string): Promise<boolean> {
  return verify(kept, password)
}

/** Opens a session; the token is returned once and kept only as its digest. */
export async function openSession(
  db: Kysely<DB>,
  operator: { countyId: number; operatorId: number },
  hours: number,
): Promise<{ token: string; expiresAt: Date }> {
  const token = randomBytes(32).toString('base64url')
  const row = await db
    .insertInto('session')
    .values({
      countyId: operator.countyId,
      operatorId: operator.operatorId,
      tokenHash: digest(token),
      expiresAt: sql<Date>`now() + ${`${hours} hours`}::interval`,
    })
    .returning('expiresAt')
    .executeTakeFirstOrThrow()
  return { token, expiresAt: row.expiresAt }
}

/** Who holds this token now; null when it is unknown, over, or its operator was disabled. */
export async function actorOfToken(db: Kysely<DB>, token: string): Promise<Actor | null> {
  const row = await db
    .selectFrom('session')
    .innerJoin('operator', join =>
      join.onRef('operator.countyId', '=', 'session.countyId').onRef('operator.operatorId', '=', 'session.operatorId'),
    )
    .select([
      'operator.countyId',
      'operator.operatorId',
      'operator.role',
      'operator.holderId',
      'operator.staffNo',
      'operator.name',
    ])
    .where('session.tokenHash', '=', digest(token))
    .where('session.expiresAt', '>', sql<Date>`now()`)
    .where('operator.disabledAt', 'is', null)
    .executeTakeFirst()
  return row ? { ...row, sessionHash: digest(token) } : null
}

/** Whoever has not signed in. */
export const anonymous: Actor = {
  role: 'anonymous',
  countyId: 0,
  operatorId: null,
  holderId: null,
  staffNo: null,
  name: 'anonymous',
  sessionHash: null,
}

/** A part of the product that acts by itself in a county. */
export function partActor(role: 'hotline' | 'worker', countyId: number): Actor {
  return { ...anonymous, role, countyId, name: role }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
