// Changes what a county is called, its hotline number and the address of its own billing system; id and code stay.

import { z } from 'zod'
import { changeCounty } from '../../domain/county-change.ts'
import {
  countyNumber,
  hotlineNumber,
  misUrl,
  placeName,
  placeNameEn,
  requireInstallation,
} from '../../domain/county-fields.ts'
import { command } from '../../domain/services.ts'

export const updateCounty = command({
  roles: ['systemAdmin'],
  input: z.strictObject({
    countyId: countyNumber,
    name: placeName.optional(),
    nameEn: placeNameEn.min(1).optional(),
    hotlineNumber: hotlineNumber.nullable().optional(),
    /** Null: the installation's billing system. Used from the next start of a node on. */
    misUrl: misUrl.nullable().optional(),
  }),
  output: z.object({ countyId: z.int() }),
  async run({ tx, actor }, { countyId, ...change }) {
    requireInstallation(actor)
    await changeCounty(tx, countyId, change)
    return { countyId }
  },
})
