// Gives a person a sign-in with one role at one place.

import { z } from 'zod'
import { createOperator } from '../../domain/county.ts'
import { operatorRoles } from '../../domain/roles.ts'
import { command } from '../../domain/services.ts'
import { secret } from '../../kernel/redact.ts'
import { refuse } from '../../kernel/refusal.ts'
import { hashPassword } from '../../kernel/session.ts'

const atPlace = ['stationCardAdmin', 'sellerPortal']

export const create = command({
  roles: ['securityAdmin'],
  input: z.strictObject({
    signInName: z.string().min(2).max(60),
    staffNo: z.string().min(1).max(20),
    name: z.string().min(1).max(60),
    role: z.enum(operatorRoles),
    holderId: z.int().nullable().default(null),
    password: secret(z.string().min(10).max(200)),
  }),
  output: z.object({ operatorId: z.int() }),
  async run({ tx, countyId }, { password, ...operator }) {
    if (atPlace.includes(operator.role) !== (operator.holderId !== null)) {
      refuse('roleNeedsPlace', { role: operator.role })
    }
    return {
      operatorId: await createOperator(tx, { ...operator, countyId, passwordHash: await hashPassword(password) }),
    }
  },
})
