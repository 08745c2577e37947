// A second person of finance approves an extension or exchange above the county's limit; it is done at that moment.

import { z } from 'zod'
import { lockService } from '../../domain/card-service.ts'
import { approveService } from '../../domain/card-service-act.ts'
import { documentAnswer, documentSeen, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'

export const approve = command({
  roles: ['countyFinance'],
  input: z.strictObject({ ...documentSeen, note: note.default('') }),
  output: documentAnswer,
  async run({ tx, actor, countyId, now: at }, { documentId, version, note }) {
    const service = await lockService(tx, countyId, documentId, version)
    return approveService(tx, actor, { ...service, at }, note)
  },
})
