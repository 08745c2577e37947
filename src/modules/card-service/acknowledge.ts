// The station has taken up a loss that its seller reported (受理报失): the cards stay frozen; what follows is a paper of its own.

import { z } from 'zod'
import { lockService } from '../../domain/card-service.ts'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentSeen, note } from '../../domain/document-forms.ts'
import { refuseUnseen } from '../../domain/document-read.ts'
import { command } from '../../domain/services.ts'

export const acknowledge = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject({ ...documentSeen, note: note.min(1) }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version, note }) {
    await refuseUnseen(tx, actor, documentId)
    const { document } = await lockService(tx, countyId, documentId, version)
    return advanceDocument(tx, actor, document, 'KF', 'acknowledge', { note })
  },
})
