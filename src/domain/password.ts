// Passwords as people choose them: the rules (F1), and setting a new one, which none of the last five may be.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { refuse } from '../kernel/refusal.ts'
import { checkPassword, hashPassword } from '../kernel/session.ts'
import { securityPolicy } from './security-policy.ts'

export const rememberedPasswords = 5
const fewestCharacters = 4

/** What people choose first; digits and punctuation around them make them no better. */
const commonWords =
  /^(a|aa|abc|abcabc|abcd|abcde|abcdef|abcdefg|admin|administrator|asdf|asdfgh|asdfghjkl|changeme|china|dianka|dragon|football|hello|helloworld|iloveyou|letmein|login|love|master|monkey|passw0rd|password|passwords|princess|q|qaz|qazwsx|qazwsxedc|qq|qwe|qwer|qwert|qwerty|qwertyuiop|root|secret|sunshine|superman|system|test|user|welcome|woaini|wo|xiaoming|zhongguo|zxcvbnm|qwe?rtqwe?rt)?$/
const keyRows = [
  '01234567890123456789',
  '98765432109876543210',
  'abcdefghijklmnopqrstuvwxyz',
  '1qaz2wsx3edc4rfv5tgb6yhn',
]

export interface PasswordOwner {
  signInName: string
  staffNo: string
  name: string
}

export type PasswordFault = 'short' | 'likeName' | 'common' | 'usedBefore'

/** Every rule a password breaks on its face. */
export function passwordFaults(password: string, owner: PasswordOwner, minLength: number): PasswordFault[] {
  const typed = password.toLowerCase().trim()
  const names = [owner.signInName, owner.staffNo, owner.name].map(name => name.toLowerCase().trim())
  const faults: PasswordFault[] = []
  if ([...typed].length < minLength) faults.push('short')
  if (names.some(name => isMadeOf(typed, name))) faults.push('likeName')
  if (isCommon(typed)) faults.push('common')
  return faults
}

/** The name itself, with digits or signs around it, or several times over. */
function isMadeOf(typed: string, name: string): boolean {
  if (name === '' || !typed.includes(name)) return typed === name
  return /^[\d\W_]*$/.test(typed.split(name).join(''))
}

function isCommon(typed: string): boolean {
  const letters = typed.replace(/[\d\W_]+/g, '')
  const isWord = /[a-z]/.test(typed) && commonWords.test(letters)
  return isWord || new Set(typed).size < fewestCharacters || keyRows.some(row => row.includes(typed))
}

/** Refuses a password for somebody new. */
export function requireGoodPassword(password: string, owner: PasswordOwner, minLength: number): void {
  const faults = passwordFaults(password, owner, minLength)
  if (faults.length > 0) refuse('weakPassword', { min: minLength, remembered: rememberedPasswords, faults })
}

export interface PasswordHolder extends PasswordOwner {
  countyId: number
  operatorId: number
  passwordHash: string
}

/**
 * Gives an operator a new password, with the lock and the count of wrong ones lifted. The caller has locked the
 * operator and ends its sessions.
 */
export async function setPassword(
  tx: Tx,
  operator: PasswordHolder,
  password: string,
  { mustChange }: { mustChange: boolean },
): Promise<void> {
  const { countyId, operatorId } = operator
  const { minPasswordLength } = await securityPolicy(tx, countyId)
  const faults = passwordFaults(password, operator, minPasswordLength)
  const earlier = await tx
    .selectFrom('operatorPassword')
    .select(['passwordNo', 'passwordHash'])
    .where('countyId', '=', countyId)
    .where('operatorId', '=', operatorId)
    .orderBy('passwordNo', 'desc')
    .limit(rememberedPasswords - 1)
    .execute()
  for (const hash of [operator.passwordHash, ...earlier.map(({ passwordHash }) => passwordHash)]) {
    if (!(await checkPassword(hash, password))) continue
    faults.push('usedBefore')
    break
  }
  if (faults.length > 0) refuse('weakPassword', { min: minPasswordLength, remembered: rememberedPasswords, faults })
  await tx
    .insertInto('operatorPassword')
    .values({ countyId, operatorId, passwordHash: operator.passwordHash })
    .execute()
  await sql`
    delete from operator_password where county_id = ${countyId} and operator_id = ${operatorId} and password_no not in (
      select password_no from operator_password where county_id = ${countyId} and operator_id = ${operatorId}
      order by password_no desc limit ${rememberedPasswords - 1})`.execute(tx)
  await tx
    .updateTable('operator')
    .set({
      passwordHash: await hashPassword(password),
      passwordChangedAt: sql<Date>`now()`,
      mustChangePassword: mustChange,
      wrongPasswords: 0,
      lockedUntil: null,
    })
    .where('countyId', '=', countyId)
    .where('operatorId', '=', operatorId)
    .execute()
}
