// Renames a place, changes its telephone, closes or opens it again; its code and where it belongs stay.

import { z } from 'zod'
import { changePlace } from '../../domain/county-change.ts'
import { countyMeant, countyNumber, placeName, placeNameEn, placePhone } from '../../domain/county-fields.ts'
import { command } from '../../domain/services.ts'

export const update = command({
  roles: ['systemAdmin'],
  input: z.strictObject({
    countyId: countyNumber.optional(),
    holderId: z.int(),
    name: placeName.optional(),
    nameEn: placeNameEn.optional(),
    phone: placePhone.nullable().optional(),
    /** A station only with no card, nothing on the road and no open document. */
    disabled: z.boolean().optional(),
  }),
  output: z.object({ holderId: z.int() }),
  async run({ tx, actor }, { countyId, holderId, ...change }) {
    await changePlace(tx, countyMeant(actor, countyId), holderId, change)
    return { holderId }
  },
})
