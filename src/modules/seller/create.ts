// A station registers a seller or hall of its own: the place and its file in one.

import { z } from 'zod'
import { createPlace } from '../../domain/county.ts'
import { sellerFile, writeSellerFile } from '../../domain/seller.ts'
import { command } from '../../domain/services.ts'
import { ownPlace } from '../../domain/visibility.ts'

export const create = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject({
    kind: z.enum(['seller', 'hall']),
    code: z.string().min(1).max(20),
    name: z.string().min(1).max(60),
    nameEn: z.string().max(60).default(''),
    ...sellerFile,
  }),
  output: z.object({ holderId: z.int() }),
  async run({ tx, actor, countyId }, { kind, code, name, nameEn, ...file }) {
    const holderId = await createPlace(tx, { countyId, kind, code, name, nameEn, parentId: ownPlace(actor) })
    await writeSellerFile(tx, { countyId, holderId }, file)
    return { holderId }
  },
})
