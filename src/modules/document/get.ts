// Any document that the actor may see, with all its page needs: lines, steps, attachments, prints, whose turn it is.

import { z } from 'zod'
import { attachmentsOf } from '../../domain/attachment.ts'
import { attachmentShown, documentDetails, printShown } from '../../domain/document-forms.ts'
import { printsOf, readDocument, seenKind } from '../../domain/document-read.ts'
import { turnOf } from '../../domain/document-turn.ts'
import { query } from '../../domain/services.ts'

export const get = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'hotlineAttendant'],
  input: z.strictObject({ documentId: z.int() }),
  output: documentDetails.extend({
    attachments: z.array(attachmentShown),
    prints: z.array(printShown),
    /** 下一步: what it waits for, and the roles it waits for; null at its end, or while something else goes on. */
    next: z.object({ operation: z.string(), roles: z.array(z.string()) }).nullable(),
    /** What the actor's role may do to such a document; `refusedBy` says why not now. */
    acts: z.array(z.object({ operation: z.string(), refusedBy: z.string().nullable() })),
  }),
  async run({ tx, actor, countyId, permissions, now }, { documentId }) {
    const kind = await seenKind(tx, actor, documentId)
    const document = await readDocument(tx, actor, kind, documentId)
    const { next, acts } = await turnOf(
      tx,
      actor,
      { documentId, kind, state: document.head.state },
      { permissions, now },
    )
    return {
      ...document,
      attachments: await attachmentsOf(tx, countyId, documentId),
      prints: await printsOf(tx, countyId, documentId),
      next: next && { ...next, roles: [...next.roles] },
      acts,
    }
  },
})
