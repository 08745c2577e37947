// The security policy of the county.

import { z } from 'zod'
import { securityPolicy, securityPolicySchema } from '../../domain/security-policy.ts'
import { query } from '../../domain/services.ts'

export const get = query({
  roles: ['securityAdmin'],
  input: z.strictObject({}),
  output: securityPolicySchema,
  run: ({ tx, countyId }) => securityPolicy(tx, countyId),
})
