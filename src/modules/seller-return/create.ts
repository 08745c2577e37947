// A station begins to take cards back from a seller or hall as a draft; who that is, the cards will say (退卡单).

import { z } from 'zod'
import { createDocument } from '../../domain/document.ts'
import { documentAnswer, note } from '../../domain/document-forms.ts'
import { returnBody } from '../../domain/seller-return.ts'
import { command } from '../../domain/services.ts'
import { ownPlace } from '../../domain/visibility.ts'

export const create = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject({ note: note.default('') }),
  output: documentAnswer,
  run: ({ tx, actor }, { note }) =>
    createDocument(tx, actor, { kind: 'TK', holderId: ownPlace(actor), note, body: returnBody.parse({}) }),
})
