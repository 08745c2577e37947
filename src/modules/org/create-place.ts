// Adds a station, seller or business hall; stations add their own sellers by `seller.create`.

import { z } from 'zod'
import { createPlace as writePlace } from '../../domain/county.ts'
import { countyMeant, countyNumber, placeCode, placeName, placeNameEn, placePhone } from '../../domain/county-fields.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const createPlace = command({
  roles: ['systemAdmin'],
  input: z.strictObject({
    /** Only for an administrator of the whole installation; others add to their own county. */
    countyId: countyNumber.optional(),
    kind: z.enum(['station', 'seller', 'hall']),
    code: placeCode,
    name: placeName,
    nameEn: placeNameEn.default(''),
    parentId: z.int().nullable().default(null),
    phone: placePhone.optional(),
  }),
  output: z.object({ holderId: z.int() }),
  async run({ tx, actor }, input) {
    const countyId = countyMeant(actor, input.countyId)
    const { phone, kind, code, name, nameEn, parentId } = input
    if ((kind === 'station') !== (parentId === null)) refuse('placeBelongs')
    return {
      holderId: await writePlace(tx, { countyId, kind, code, name, nameEn, parentId, ...(phone ? { phone } : {}) }),
    }
  },
})
