// Gives the installation its security administrator while it has none: another person than the system administrator.

import { z } from 'zod'
import { createOperator } from '../../domain/county.ts'
import { requireInstallation } from '../../domain/county-fields.ts'
import { requireGoodPassword } from '../../domain/password.ts'
import { minPasswordLength } from '../../domain/security-policy.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'
import { hashPassword } from '../../kernel/session.ts'
import { firstSecurityAdmin } from './shapes.ts'

export const appointSecurityAdmin = command({
  roles: ['systemAdmin'],
  input: firstSecurityAdmin,
  output: z.object({ operatorId: z.int() }),
  async run({ tx, actor, countyId }, { password, ...person }) {
    requireInstallation(actor)
    if (person.staffNo === actor.staffNo) refuse('separatePeople')
    requireGoodPassword(password, person, minPasswordLength)
    await tx.selectFrom('county').select('countyId').where('countyId', '=', countyId).forUpdate().execute()
    const there = await tx
      .selectFrom('operator')
      .select('operatorId')
      .where('countyId', '=', countyId)
      .where('role', '=', 'securityAdmin')
      .where('disabledAt', 'is', null)
      .limit(1)
      .executeTakeFirst()
    if (there) refuse('alreadyAppointed')
    const passwordHash = await hashPassword(password)
    const sign = { countyId, role: 'securityAdmin' as const, holderId: null, mustChangePassword: true }
    return { operatorId: await createOperator(tx, { ...person, ...sign, passwordHash }) }
  },
})
