// What a station may apply for now, per face value: county stock less open applications before a new one (可申请).

import { z } from 'zod'
import { available as availableFor } from '../../domain/availability.ts'
import { countySettings } from '../../domain/county-settings.ts'
import { availabilityRow } from '../../domain/draw.ts'
import { query } from '../../domain/services.ts'
import { ownPlace } from '../../domain/visibility.ts'

export const available = query({
  roles: ['stationCardAdmin', 'countyCardAdmin', 'countyFinance'],
  input: z.strictObject({
    /** An application that is open: what it may have in its place in the line. */
    documentId: z.int().nullable().default(null),
    /** The station; an operator of a station asks for its own. */
    holderId: z.int().nullable().default(null),
    faceValuesFen: z.array(z.int()).max(20).optional(),
  }),
  output: z.object({ rows: z.array(availabilityRow) }),
  async run({ tx, actor, countyId, now }, { documentId, holderId, faceValuesFen }) {
    const faces = faceValuesFen ?? (await countySettings(tx, countyId)).faceValuesFen
    const station = actor.role === 'stationCardAdmin' ? ownPlace(actor) : (holderId ?? 0)
    return { rows: await availableFor(tx, { countyId, holderId: station, documentId, now }, faces) }
  },
})
