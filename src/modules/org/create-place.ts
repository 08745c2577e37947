// Adds a station, seller or business hall.

import { z } from 'zod'
import { createPlace as writePlace } from '../../domain/county.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const createPlace = command({
  roles: ['systemAdmin', 'stationCardAdmin'],
  input: z.strictObject({
    /** Only for an administrator of the whole installation; others add to their own county. */
    countyId: z.int().min(1).max(999).optional(),
    kind: z.enum(['station', 'seller', 'hall']),
    code: z.string().min(1).max(20),
    name: z.string().min(1).max(60),
    nameEn: z.string().max(60).default(''),
    parentId: z.int().nullable().default(null),
    phone: z
      .string()
      .regex(/^\d{5,15}$/)
      .optional(),
  }),
  output: z.object({ holderId: z.int() }),
  async run({ tx, actor }, input) {
    const countyId = actor.countyId === 0 ? (input.countyId ?? refuse('countyNeeded')) : actor.countyId
    const isStation = input.kind === 'station'
    if (actor.role === 'stationCardAdmin' && isStation) refuse('notAllowed', { operation: 'org.createPlace' })
    const parentId = actor.role === 'stationCardAdmin' ? actor.holderId : input.parentId
    if (isStation !== (parentId === null)) refuse('placeBelongs')
    const { phone, kind, code, name, nameEn } = input
    return {
      holderId: await writePlace(tx, { countyId, kind, code, name, nameEn, parentId, ...(phone ? { phone } : {}) }),
    }
  },
})
