// The county's own public key of either kind, to hand to manufacturers.

import { z } from 'zod'
import { sealSchemes } from '../../domain/card-file/envelope.ts'
import { query } from '../../domain/services.ts'

export const countyKey = query({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject({ scheme: z.enum(sealSchemes).default('openpgp') }),
  output: z.object({ publicKey: z.string(), fingerprint: z.string() }),
  async run({ countyId, services }, { scheme }) {
    const { armored, fingerprint } = await services.countyKeys.publicKey(countyId, scheme)
    return { publicKey: armored, fingerprint }
  },
})
