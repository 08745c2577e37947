// Opens the record of a call as it is answered, and tells the dialogue what the county wants.

import { z } from 'zod'
import { countySettings, countySettingsSchema } from '../../domain/county-settings.ts'
import { command } from '../../domain/services.ts'
import { masked } from '../../kernel/redact.ts'

export const begin = command({
  roles: ['hotline'],
  input: z.strictObject({
    callId: z.string().max(100),
    engine: z.string().max(20),
    trunk: z.string().max(60),
    codec: z.string().max(20),
    caller: masked(z.string().max(30), 'phone').nullable(),
    called: z.string().max(30),
    language: z.string().max(10),
  }),
  output: z.object({ countyName: z.string(), settings: countySettingsSchema }),
  async run({ tx, countyId, services }, input) {
    await tx
      .insertInto('call')
      .values({ countyId, node: services.node, ...input })
      .execute()
    const county = await tx
      .selectFrom('county')
      .select('name')
      .where('countyId', '=', countyId)
      .executeTakeFirstOrThrow()
    return { countyName: county.name, settings: await countySettings(tx, countyId) }
  },
})
