// Ends the session that asks.

import { z } from 'zod'
import { everyone } from '../../domain/roles.ts'
import { command } from '../../domain/services.ts'

export const logout = command({
  roles: everyone,
  input: z.strictObject({}),
  output: z.object({ signedOut: z.literal(true) }),
  async run({ tx, actor }) {
    if (actor.sessionHash) await tx.deleteFrom('session').where('tokenHash', '=', actor.sessionHash).execute()
    return { signedOut: true as const }
  },
})
