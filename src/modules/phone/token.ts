// A page asks to call the hotline: who may, is answered by a word that the door of the browser phone takes for a minute.

import { z } from 'zod'
import { signPhoneToken } from '../../domain/phone-token.ts'
import { everyone } from '../../domain/roles.ts'
import { query } from '../../domain/services.ts'
import { masked, secret } from '../../kernel/redact.ts'
import { refuse } from '../../kernel/refusal.ts'

export const token = query({
  roles: ['anonymous', ...everyone],
  input: z.strictObject({
    called: z.string().max(30),
    /** Demonstration only: the number to show; null withholds it. */
    caller: masked(z.string().regex(/^\d{3,15}$/), 'phone')
      .nullable()
      .optional(),
  }),
  output: z.object({ token: secret(z.string()) }),
  async run({ tx, actor, services, now }, { called, caller }) {
    const { access, key } = services.phone
    if (access === 'off') refuse('phoneOff')
    if (access === 'signedIn' && actor.operatorId === null) refuse('notSignedIn')
    if (caller !== undefined && !services.demonstration) refuse('phoneCaller')
    const line = await tx
      .selectFrom('county')
      .select('countyId')
      .where('countyId', '>', 0)
      .where('hotlineNumber', '=', called)
      .executeTakeFirst()
    if (!line) refuse('phoneNumber', { number: called })
    const own = actor.operatorId === null ? null : `web-${actor.operatorId}`
    return { token: signPhoneToken(key, { called, caller: caller === undefined ? own : caller }, now.getTime()) }
  },
})
