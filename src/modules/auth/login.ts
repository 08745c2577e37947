// Signs in with account and password, and with a one-time code where one is set up; wrong ones are counted and lock.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant } from '../../domain/forms.ts'
import { stepOfCode } from '../../domain/one-time-code.ts'
import { noteSignIn } from '../../domain/operator.ts'
import { keepWrongPasswords } from '../../domain/operator-check.ts'
import { operatorRoles } from '../../domain/roles.ts'
import { command } from '../../domain/services.ts'
import { secret } from '../../kernel/redact.ts'
import { checkPassword, openSession } from '../../kernel/session.ts'

export const login = command({
  roles: ['anonymous', ...operatorRoles],
  answersSecret: true,
  input: z.strictObject({
    name: z.string().min(1).max(60),
    password: secret(z.string().min(1).max(200)),
    code: secret(z.string().regex(/^\d{6}$/)).optional(),
  }),
  /** A wrong password is a result and not a refusal, since its count must outlive the answer. `totp`: a code is needed. */
  output: z.object({
    outcome: z.enum(['signedIn', 'wrong', 'locked', 'totp', 'wrongCode']),
    minutesLeft: z.int().optional(),
    session: z.object({ token: z.string(), expiresAt: instant }).optional(),
  }),
  async run({ tx, services, now, from }, { name, password, code }) {
    const operator = await tx
      .selectFrom('operator')
      .selectAll()
      .where(sql<string>`lower(sign_in_name)`, '=', name.toLowerCase())
      .forUpdate()
      .executeTakeFirst()
    const msLeft = (operator?.lockedUntil?.getTime() ?? 0) - Date.now()
    if (msLeft > 0) return { outcome: 'locked' as const, minutesLeft: Math.ceil(msLeft / 60_000) }
    const right = await checkPassword(operator?.passwordHash ?? nobody, password)
    if (!operator || !right || operator.disabledAt) {
      if (operator) await keepWrongPasswords(tx, operator, operator.wrongPasswords + 1)
      return { outcome: 'wrong' as const }
    }
    const needsCode = operator.totpConfirmedAt !== null
    if (needsCode && code === undefined) return { outcome: 'totp' as const }
    const step = needsCode ? stepOfCode(services.signInKey, operator, code ?? '', now) : null
    if (needsCode && step === null) {
      await keepWrongPasswords(tx, operator, operator.wrongPasswords + 1)
      return { outcome: 'wrongCode' as const }
    }
    await keepWrongPasswords(tx, operator, 0)
    await noteSignIn(tx, operator, step)
    return { outcome: 'signedIn' as const, session: await openSession(tx, operator, services.sessionHours, from) }
  },
})

/** A digest nobody has the password of: unknown names take as long as known ones. */
const nobody = '$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$qTl2yqPPAbJuGnGXlpqKQm0cmHPZcm0eEgFHUHhZK7s'
