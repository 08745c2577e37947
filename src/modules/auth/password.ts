// Changes one's own password, by the old one; every other session of the sign-in ends.

import { z } from 'zod'
import { lockOwn } from '../../domain/operator.ts'
import { ownPassword } from '../../domain/operator-check.ts'
import { setPassword } from '../../domain/password.ts'
import { everyone } from '../../domain/roles.ts'
import { command } from '../../domain/services.ts'
import { secret } from '../../kernel/redact.ts'
import { endSessions } from '../../kernel/session.ts'

export const password = command({
  roles: everyone,
  input: z.strictObject({
    oldPassword: secret(z.string().min(1).max(200)),
    newPassword: secret(z.string().min(1).max(200)),
  }),
  /** A wrong old password is a result: its count must outlive the answer. */
  output: z.object({ outcome: z.enum(['changed', 'wrong', 'locked']) }),
  async run({ tx, actor }, { oldPassword, newPassword }) {
    const own = await lockOwn(tx, actor)
    const checked = await ownPassword(tx, own, oldPassword)
    if (checked !== 'right') return { outcome: checked }
    await setPassword(tx, own, newPassword, { mustChange: false })
    await endSessions(tx, own, actor.sessionHash)
    return { outcome: 'changed' as const }
  },
})
