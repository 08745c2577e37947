// A station begins an application to return cards, as a draft (返卡申请单); a draft claims nothing.

import { z } from 'zod'
import { createDocument } from '../../domain/document.ts'
import { documentAnswer, storedRanges } from '../../domain/document-forms.ts'
import { writeRanges } from '../../domain/document-lines.ts'
import { command } from '../../domain/services.ts'
import { draftLines } from '../../domain/station-return.ts'
import { ownPlace } from '../../domain/visibility.ts'
import { applicationForm } from './application-form.ts'

export const create = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject(applicationForm),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { ranges, reason, sender, note }) {
    const body = { reason, sender }
    const document = await createDocument(tx, actor, { kind: 'FS', holderId: ownPlace(actor), note, body })
    await writeRanges(tx, document, await draftLines(tx, countyId, storedRanges(ranges, countyId)))
    return document
  },
})
