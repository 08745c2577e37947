// Signs in with account and password; wrong ones are counted and lock the account for a while.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant } from '../../domain/forms.ts'
import { keepWrongPasswords } from '../../domain/operator-check.ts'
import { operatorRoles } from '../../domain/roles.ts'
import { command } from '../../domain/services.ts'
import { secret } from '../../kernel/redact.ts'
import { checkPassword, openSession } from '../../kernel/session.ts'

export const login = command({
  roles: ['anonymous', ...operatorRoles],
  input: z.strictObject({ name: z.string().min(1).max(60), password: secret(z.string().min(1).max(200)) }),
  /** A wrong password is a result and not a refusal, since its count must outlive the answer. */
  output: z.object({
    outcome: z.enum(['signedIn', 'wrong', 'locked']),
    minutesLeft: z.int().optional(),
    session: z.object({ token: z.string(), expiresAt: instant }).optional(),
  }),
  async run({ tx, services }, { name, password }) {
    const operator = await tx
      .selectFrom('operator')
      .selectAll()
      .where(sql<string>`lower(sign_in_name)`, '=', name.toLowerCase())
      .forUpdate()
      .executeTakeFirst()
    const now = Date.now()
    if (operator?.lockedUntil && operator.lockedUntil.getTime() > now) {
      return { outcome: 'locked' as const, minutesLeft: Math.ceil((operator.lockedUntil.getTime() - now) / 60_000) }
    }
    const right = await checkPassword(operator?.passwordHash ?? nobody, password)
    if (!operator || !right || operator.disabledAt) {
      if (operator) await keepWrongPasswords(tx, operator, operator.wrongPasswords + 1)
      return { outcome: 'wrong' as const }
    }
    await keepWrongPasswords(tx, operator, 0)
    return { outcome: 'signedIn' as const, session: await openSession(tx, operator, services.sessionHours) }
  },
})

/** A digest nobody has the password of: unknown names take as long as known ones. */
const nobody = '$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$qTl2yqPPAbJuGnGXlpqKQm0cmHPZcm0eEgFHUHhZK7s'
