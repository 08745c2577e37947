// A station begins an application for cards, as a draft (领卡申请单).

import { z } from 'zod'
import { createDocument } from '../../domain/document.ts'
import { documentAnswer } from '../../domain/document-forms.ts'
import { writeQuantities } from '../../domain/document-lines.ts'
import { command } from '../../domain/services.ts'
import { ownPlace } from '../../domain/visibility.ts'
import { applicationForm, checkLines } from './application-form.ts'

export const create = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject(applicationForm),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { lines, receiver, wantedOn, purpose, note }) {
    await checkLines(tx, countyId, lines)
    const body = { receiver, wantedOn, purpose }
    const document = await createDocument(tx, actor, { kind: 'LS', holderId: ownPlace(actor), note, body })
    await writeQuantities(tx, document, lines)
    return document
  },
})
