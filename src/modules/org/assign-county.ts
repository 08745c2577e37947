// Puts a county under a region, or under none: from then on the region's viewers see it, and those of the one before no more.

import { z } from 'zod'
import { countyNumber, requireInstallation } from '../../domain/county-fields.ts'
import { assignCounty as putUnder } from '../../domain/region.ts'
import { command } from '../../domain/services.ts'

export const assignCounty = command({
  roles: ['systemAdmin'],
  input: z.strictObject({ countyId: countyNumber, regionId: z.int().nullable() }),
  output: z.object({ countyId: z.int() }),
  async run({ tx, actor }, { countyId, regionId }) {
    requireInstallation(actor)
    await putUnder(tx, countyId, regionId)
    return { countyId }
  },
})
