// An empty installation asks for its first administrator; afterwards this refuses for ever.

import { sql } from 'kysely'
import { z } from 'zod'
import { requireGoodPassword } from '../../domain/password.ts'
import { minPasswordLength } from '../../domain/security-policy.ts'
import { command } from '../../domain/services.ts'
import { secret } from '../../kernel/redact.ts'
import { refuse } from '../../kernel/refusal.ts'
import { hashPassword } from '../../kernel/session.ts'

export const firstAdministrator = command({
  roles: ['anonymous'],
  input: z.strictObject({
    name: z.string().min(2).max(60),
    signInName: z.string().min(2).max(60),
    staffNo: z.string().min(1).max(20),
    password: secret(z.string().min(1).max(200)),
  }),
  output: z.object({ created: z.literal(true) }),
  async run({ tx }, input) {
    await sql`lock table operator in share row exclusive mode`.execute(tx)
    const someone = await tx.selectFrom('operator').select('operatorId').limit(1).executeTakeFirst()
    if (someone) refuse('alreadySetUp')
    requireGoodPassword(input.password, input, minPasswordLength)
    await tx
      .insertInto('operator')
      .values({
        countyId: 0,
        signInName: input.signInName,
        staffNo: input.staffNo,
        name: input.name,
        role: 'systemAdmin',
        passwordHash: await hashPassword(input.password),
      })
      .execute()
    return { created: true as const }
  },
})
