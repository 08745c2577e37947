// Who is signed in, where, and what they may do.

import { z } from 'zod'
import { countySettings } from '../../domain/county-settings.ts'
import { rolesInForce } from '../../domain/permissions.ts'
import { everyone } from '../../domain/roles.ts'
import { query } from '../../domain/services.ts'

export const me = query({
  roles: everyone,
  input: z.strictObject({}),
  output: z.object({
    name: z.string(),
    role: z.string(),
    staffNo: z.string().nullable(),
    countyName: z.string(),
    countyNameEn: z.string(),
    hotlineNumber: z.string().nullable(),
    placeName: z.string().nullable(),
    demonstration: z.boolean(),
    /** What must be done before anything else: a new password, or one-time codes set up. */
    owes: z.enum(['password', 'totp']).nullable(),
    totp: z.boolean(),
    /** Every operation this person may call: menus and buttons come from it. */
    operations: z.array(z.string()),
  }),
  async run({ tx, actor, countyId, services, permissions }) {
    const county = await tx.selectFrom('county').selectAll().where('countyId', '=', countyId).executeTakeFirstOrThrow()
    const place = await tx
      .selectFrom('holder')
      .select('name')
      .where('countyId', '=', countyId)
      .where('holderId', '=', actor.holderId ?? 0)
      .executeTakeFirst()
    const own = await tx
      .selectFrom('operator')
      .select('totpConfirmedAt')
      .where('countyId', '=', countyId)
      .where('operatorId', '=', actor.operatorId)
      .executeTakeFirst()
    const settings = await countySettings(tx, countyId)
    return {
      name: actor.name,
      role: actor.role,
      staffNo: actor.staffNo,
      countyName: county.name,
      countyNameEn: county.nameEn,
      hotlineNumber: county.hotlineNumber,
      placeName: place?.name ?? null,
      demonstration: services.demonstration,
      owes: actor.owes ?? null,
      totp: own?.totpConfirmedAt != null,
      operations: [...permissions]
        .filter(([name, { roles }]) => rolesInForce(name, roles, settings).includes(actor.role))
        .map(([name]) => name),
    }
  },
})
