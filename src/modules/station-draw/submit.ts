// A station submits its application; from now on its quantities stand before every later one.

import { z } from 'zod'
import { advanceDocument, lockOwnDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { readQuantities } from '../../domain/document-lines.ts'
import { applicationBody, availableNow, shortageOf } from '../../domain/draw.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const submit = command({
  roles: ['stationCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer,
  async run({ tx, actor, countyId, now }, { documentId, version }) {
    const document = await lockOwnDocument(tx, actor, 'LS', documentId, version)
    const body = applicationBody.parse(document.body)
    if (body.receiver === null) refuse('LS06')
    const { holderId } = document
    const lines = await readQuantities(tx, document)
    const faces = lines.map(line => line.faceValueFen)
    // Sent again, it stands behind all that are open: no document of its own is named.
    const left = await availableNow(tx, { countyId, holderId, documentId: null, now }, faces)
    for (const { faceValueFen, quantity } of lines) {
      const row = left.get(faceValueFen)
      if (row && quantity > row.available) refuse('LS01', shortageOf(row))
    }
    return advanceDocument(tx, actor, document, 'LS', 'submit', { body: { ...body, atSubmission: [...left.values()] } })
  },
})
