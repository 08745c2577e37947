// The sign-ins of the county, without anything secret.

import { z } from 'zod'
import { instant } from '../../domain/forms.ts'
import { query } from '../../domain/services.ts'

export const list = query({
  roles: ['securityAdmin', 'countyFinance', 'countyCardAdmin'],
  input: z.strictObject({}),
  output: z.object({
    operators: z.array(
      z.object({
        operatorId: z.int(),
        signInName: z.string(),
        staffNo: z.string(),
        name: z.string(),
        role: z.string(),
        holderId: z.int().nullable(),
        disabledAt: instant.nullable(),
      }),
    ),
  }),
  async run({ tx, countyId }) {
    const operators = await tx
      .selectFrom('operator')
      .select(['operatorId', 'signInName', 'staffNo', 'name', 'role', 'holderId', 'disabledAt'])
      .where('countyId', '=', countyId)
      .orderBy('staffNo')
      .limit(2_000)
      .execute()
    return { operators }
  },
})
