// Passwords of people: wrong ones in a row are counted in one place, at the sign-in and on somebody else's screen.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { checkPassword } from '../kernel/session.ts'
import { securityPolicy } from './security-policy.ts'

/** One person may have several sign-ins; more than these are not tried. */
const mostSignIns = 5

/** A person confirms with staff number and password. A wrong password is a result: its count must outlive the answer. */
export async function confirmsHere(
  tx: Tx,
  countyId: number,
  staffNo: string,
  password: string,
): Promise<'right' | 'wrong' | 'locked'> {
  const signIns = await tx
    .selectFrom('operator')
    .select(['operatorId', 'passwordHash', 'wrongPasswords', 'lockedUntil'])
    .where('countyId', '=', countyId)
    .where('staffNo', '=', staffNo)
    .where('disabledAt', 'is', null)
    .orderBy('operatorId')
    .limit(mostSignIns)
    .forUpdate()
    .execute()
  const open = signIns.filter(one => !one.lockedUntil || one.lockedUntil.getTime() <= Date.now())
  if (open.length === 0) return signIns.length > 0 ? 'locked' : 'wrong'
  for (const { operatorId, passwordHash } of open) {
    if (await checkPassword(passwordHash, password)) {
      await keepWrongPasswords(tx, { countyId, operatorId }, 0)
      return 'right'
    }
  }
  for (const { operatorId, wrongPasswords } of open) {
    await keepWrongPasswords(tx, { countyId, operatorId }, wrongPasswords + 1)
  }
  return 'wrong'
}

/** Keeps how many wrong passwords in a row a sign-in has had; the fifth (by policy) locks it for a while and counts anew. */
export async function keepWrongPasswords(
  tx: Tx,
  { countyId, operatorId }: { countyId: number; operatorId: number },
  wrong: number,
): Promise<void> {
  const { wrongPasswordsToLock, lockMinutes } = await securityPolicy(tx, countyId)
  const locks = wrong >= wrongPasswordsToLock
  await tx
    .updateTable('operator')
    .set({
      wrongPasswords: locks ? 0 : wrong,
      lockedUntil: locks ? sql<Date>`now() + ${`${lockMinutes} minutes`}::interval` : null,
    })
    .where('countyId', '=', countyId)
    .where('operatorId', '=', operatorId)
    .execute()
}

export interface Checked {
  countyId: number
  operatorId: number
  passwordHash: string
  wrongPasswords: number
  lockedUntil: Date | null
}

/** One's own password asked for again; a wrong one counts like one at the sign-in. */
export async function ownPassword(tx: Tx, operator: Checked, password: string): Promise<'right' | 'wrong' | 'locked'> {
  if (operator.lockedUntil && operator.lockedUntil.getTime() > Date.now()) return 'locked'
  if (await checkPassword(operator.passwordHash, password)) return 'right'
  await keepWrongPasswords(tx, operator, operator.wrongPasswords + 1)
  return 'wrong'
}
