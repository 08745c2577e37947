// Gives a sign-in a password that its owner must change at the next sign-in; its sessions end at once.

import { z } from 'zod'
import { lockOperator, refuseOwn } from '../../domain/operator.ts'
import { setPassword } from '../../domain/password.ts'
import { command } from '../../domain/services.ts'
import { secret } from '../../kernel/redact.ts'
import { endSessions } from '../../kernel/session.ts'
import { operatorId } from './shapes.ts'

export const resetPassword = command({
  roles: ['securityAdmin'],
  input: z.strictObject({ operatorId: z.int(), password: secret(z.string().min(1).max(200)) }),
  output: operatorId,
  async run({ tx, actor, countyId }, input) {
    refuseOwn(actor, input.operatorId)
    const operator = await lockOperator(tx, countyId, input.operatorId)
    await setPassword(tx, operator, input.password, { mustChange: true })
    await endSessions(tx, operator)
    return { operatorId: input.operatorId }
  },
})
