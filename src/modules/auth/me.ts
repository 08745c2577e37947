// Who is signed in, where, and what they may do.

import { z } from 'zod'
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
  }),
  async run({ tx, actor, countyId, services }) {
    const county = await tx.selectFrom('county').selectAll().where('countyId', '=', countyId).executeTakeFirstOrThrow()
    const place = await tx
      .selectFrom('holder')
      .select('name')
      .where('countyId', '=', countyId)
      .where('holderId', '=', actor.holderId ?? 0)
      .executeTakeFirst()
    return {
      name: actor.name,
      role: actor.role,
      staffNo: actor.staffNo,
      countyName: county.name,
      countyNameEn: county.nameEn,
      hotlineNumber: county.hotlineNumber,
      placeName: place?.name ?? null,
      demonstration: services.demonstration,
    }
  },
})
