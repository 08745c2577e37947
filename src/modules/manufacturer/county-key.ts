// The county's own public key, to hand to manufacturers.

import { z } from 'zod'
import { query } from '../../domain/services.ts'

export const countyKey = query({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject({}),
  output: z.object({ publicKey: z.string(), fingerprint: z.string() }),
  async run({ countyId, services }) {
    const { armored, fingerprint } = await services.countyKeys.publicKey(countyId)
    return { publicKey: armored, fingerprint }
  },
})
