// Sign-ins (操作员) under lock, what is written at each use of one, and the duties that one person should not hold together.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'
import { administrators, businessRoles } from './roles.ts'

/** One sign-in of the county, locked for change. */
export async function lockOperator(tx: Tx, countyId: number, operatorId: number) {
  const operator = await tx
    .selectFrom('operator')
    .selectAll()
    .where('countyId', '=', countyId)
    .where('operatorId', '=', operatorId)
    .forUpdate()
    .executeTakeFirst()
  return operator ?? refuse('operatorNotFound', { operatorId })
}

/** The sign-in of whoever acts, locked for change. */
export function lockOwn(tx: Tx, actor: Actor) {
  return lockOperator(tx, actor.countyId, actor.operatorId ?? refuse('peopleOnly'))
}

/** Refuses an administrator who would act on the sign-in they act with. */
export function refuseOwn(actor: Actor, operatorId: number): void {
  if (actor.operatorId === operatorId) refuse('notYourself')
}

/** A whole sign-in: when, and the step of the one-time code, which is then used up. */
export async function noteSignIn(
  tx: Tx,
  { countyId, operatorId }: { countyId: number; operatorId: number },
  step: number | null,
): Promise<void> {
  await tx
    .updateTable('operator')
    .set({ lastSignInAt: sql<Date>`now()`, ...(step === null ? {} : { totpLastStep: step }) })
    .where('countyId', '=', countyId)
    .where('operatorId', '=', operatorId)
    .execute()
}

const separated: readonly string[] = [...businessRoles, ...administrators]

/** The separated duties that one person (工号) holds together by several sign-ins; empty where all is well. */
export async function heldTogether(tx: Tx, countyId: number, staffNo: string): Promise<string[]> {
  const held = await tx
    .selectFrom('operator')
    .select('role')
    .distinct()
    .where('countyId', '=', countyId)
    .where('staffNo', '=', staffNo)
    .where('disabledAt', 'is', null)
    .where('role', 'in', separated)
    .orderBy('role')
    .execute()
  return held.length > 1 ? held.map(({ role }) => role) : []
}
