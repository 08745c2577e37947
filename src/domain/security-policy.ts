// The security policy (安全策略) of a county: passwords, locks and one-time codes, with what holds until somebody changes it.

import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { DB } from '../kernel/db-types.ts'
import { operatorRoles } from './roles.ts'

/** Where no policy says more. */
export const minPasswordLength = 10

/** The kernel's sessions read `maxPasswordAgeDays` and `totpRoles` from the column by these names. */
export const securityPolicySchema = z.strictObject({
  minPasswordLength: z.int().min(minPasswordLength).max(64).default(minPasswordLength),
  /** Days after which a password must be changed; null: never by age. */
  maxPasswordAgeDays: z.int().min(30).max(730).nullable().default(null),
  wrongPasswordsToLock: z.int().min(3).max(10).default(5),
  lockMinutes: z.int().min(5).max(1_440).default(15),
  /** Roles that sign in with a one-time code. */
  totpRoles: z.array(z.enum(operatorRoles)).max(operatorRoles.length).default([]),
})

export type SecurityPolicy = z.infer<typeof securityPolicySchema>

export async function securityPolicy(db: Kysely<DB>, countyId: number): Promise<SecurityPolicy> {
  const county = await db
    .selectFrom('county')
    .select('securityPolicy')
    .where('countyId', '=', countyId)
    .executeTakeFirstOrThrow()
  return securityPolicySchema.parse(county.securityPolicy)
}
