// What a station may apply for now, per face value: county stock less open applications before a new one (可申请).

import { z } from 'zod'
import { available as availableFor } from '../../domain/availability.ts'
import { countySettings } from '../../domain/county-settings.ts'
import { readDocument } from '../../domain/document-read.ts'
import { availabilityRow } from '../../domain/draw.ts'
import { query } from '../../domain/services.ts'
import { outlookRow, stationOutlook } from '../../domain/station-outlook.ts'
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
  output: z.object({ rows: z.array(availabilityRow), outlook: z.array(outlookRow) }),
  async run({ tx, actor, countyId, now }, { documentId, holderId, faceValuesFen }) {
    const faces = faceValuesFen ?? (await countySettings(tx, countyId)).faceValuesFen
    const document = documentId === null ? null : await readDocument(tx, actor, 'LS', documentId)
    const asked = document?.head.holderId ?? holderId ?? 0
    const station = actor.role === 'stationCardAdmin' ? ownPlace(actor) : asked
    const rows = await availableFor(tx, { countyId, holderId: station, documentId, now }, faces)
    return { rows, outlook: await stationOutlook(tx, { countyId, holderId: station, now }, rows) }
  },
})
