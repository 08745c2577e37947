// Changes the security policy of the county; the audit keeps what it was and what it is.

import { z } from 'zod'
import { securityPolicy, securityPolicySchema } from '../../domain/security-policy.ts'
import { command } from '../../domain/services.ts'

export const update = command({
  roles: ['securityAdmin'],
  input: securityPolicySchema,
  output: z.object({ before: securityPolicySchema, after: securityPolicySchema }),
  async run({ tx, countyId }, after) {
    await tx.selectFrom('county').select('countyId').where('countyId', '=', countyId).forNoKeyUpdate().execute()
    const before = await securityPolicy(tx, countyId)
    await tx
      .updateTable('county')
      .set({ securityPolicy: JSON.stringify(after) })
      .where('countyId', '=', countyId)
      .execute()
    return { before, after }
  },
})
