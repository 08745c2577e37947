// Sign-ins: passwords by argon2id, tokens that only the browser holds, sessions that end the moment their row is gone.

import { createHash, randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { type Kysely, sql } from 'kysely'
import type { DB } from './db-types.ts'
import type { Actor, Origin } from './operation.ts'

/** The digest a password is kept as (argon2id, OWASP's parameters). */
export function hashPassword(password: string): Promise<string> {
  return hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
}

export function checkPassword(kept: string, password: string): Promise<boolean> {
  return verify(kept, password)
}

/** More sign-ins of one operator at once than anybody needs: the ones used longest ago end. */
const mostSessions = 20

/** Opens a session; the token is returned once and kept only as its digest. */
export async function openSession(
  db: Kysely<DB>,
  operator: { countyId: number; operatorId: number },
  hours: number,
  from: Origin,
): Promise<{ token: string; expiresAt: Date }> {
  const { countyId, operatorId } = operator
  await sql`
    delete from session where county_id = ${countyId} and operator_id = ${operatorId} and (expires_at < now() or token_hash in (
      select token_hash from session where county_id = ${countyId} and operator_id = ${operatorId}
      order by last_seen_at desc offset ${mostSessions - 1}))`.execute(db)
  const token = randomBytes(32).toString('base64url')
  const row = await db
    .insertInto('session')
    .values({
      countyId,
      operatorId,
      tokenHash: digest(token),
      address: from.address.slice(0, 60),
      userAgent: from.userAgent.slice(0, 200),
      expiresAt: sql<Date>`now() + ${`${hours} hours`}::interval`,
    })
    .returning('expiresAt')
    .executeTakeFirstOrThrow()
  return { token, expiresAt: row.expiresAt }
}

/** Ends the sessions of an operator at once, but for one that may stay. */
export async function endSessions(
  db: Kysely<DB>,
  { countyId, operatorId }: { countyId: number; operatorId: number },
  butFor: Buffer | null = null,
): Promise<void> {
  await db
    .deleteFrom('session')
    .where('countyId', '=', countyId)
    .where('operatorId', '=', operatorId)
    .$if(butFor !== null, q => q.where('tokenHash', '!=', butFor ?? Buffer.alloc(0)))
    .execute()
}

export interface Looking {
  /** A session not used for so long is over. */
  idleMs: number
  /** False: looking does not count as use. */
  isUse: boolean
}

const defaultIdleMs = 1_800_000
/** Use is written down no oftener than this. */
const useWrittenMs = 30_000

/** Who holds this token now; null when it is unknown, over, left idle, or its operator was disabled. */
export async function actorOfToken(
  db: Kysely<DB>,
  token: string,
  { idleMs, isUse }: Looking = { idleMs: defaultIdleMs, isUse: true },
): Promise<Actor | null> {
  const sessionHash = digest(token)
  const { rows } = await sql<ActorRow>`
    select o.county_id, o.operator_id, o.role, o.holder_id, o.staff_no, o.name,
      s.last_seen_at < now() - ${`${Math.min(useWrittenMs, idleMs / 2)} ms`}::interval as stale,
      case
        when o.must_change_password
          or o.password_changed_at < now() - (c.security_policy ->> 'maxPasswordAgeDays')::int * interval '1 day' then 'password'
        when o.totp_confirmed_at is null and c.security_policy -> 'totpRoles' ? o.role then 'totp'
      end as owes
    from session s join operator o using (county_id, operator_id) join county c using (county_id)
    where s.token_hash = ${sessionHash} and s.expires_at > now() and o.disabled_at is null
      and s.last_seen_at > now() - ${`${idleMs} ms`}::interval`.execute(db)
  const [row] = rows
  if (!row) return null
  const { stale, owes, ...actor } = row
  if (stale && isUse) {
    await db.updateTable('session').set({ lastSeenAt: sql<Date>`now()` }).where('tokenHash', '=', sessionHash).execute()
  }
  return { ...actor, sessionHash, ...(owes ? { owes } : {}) }
}

interface ActorRow extends Omit<Actor, 'sessionHash' | 'owes'> {
  stale: boolean
  owes: 'password' | 'totp' | null
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
