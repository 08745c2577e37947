// Adds a city or province company (市公司, 省公司); a city may lie under a province.

import { z } from 'zod'
import { placeCode, placeName, placeNameEn, requireInstallation } from '../../domain/county-fields.ts'
import { createRegion as writeRegion } from '../../domain/region.ts'
import { command } from '../../domain/services.ts'

export const createRegion = command({
  roles: ['systemAdmin'],
  input: z.strictObject({
    kind: z.enum(['province', 'city']),
    code: placeCode,
    name: placeName,
    nameEn: placeNameEn.default(''),
    parentId: z.int().nullable().default(null),
  }),
  output: z.object({ regionId: z.int() }),
  async run({ tx, actor }, region) {
    requireInstallation(actor)
    return { regionId: await writeRegion(tx, region) }
  },
})
