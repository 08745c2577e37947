// Services on cards (卡片业务受理单), newest first, by what was done and why.

import { sql } from 'kysely'
import { z } from 'zod'
import { cardServices, serviceBody, serviceReason, serviceReasons } from '../../domain/card-service.ts'
import { documentHead, listInput, stateCounts } from '../../domain/document-forms.ts'
import { countStates, listDocuments } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'

export const list = query({
  roles: ['countyFinance', 'countyCardAdmin', 'stationCardAdmin', 'hotlineAttendant'],
  input: z.strictObject({
    service: z.enum(cardServices).optional(),
    reason: serviceReason.optional(),
    ...listInput,
  }),
  output: z.object({
    documents: z.array(documentHead.extend({ service: z.enum(cardServices), reason: z.string() })),
    counts: stateCounts,
  }),
  async run({ tx, actor, countyId }, { service, reason, ...page }) {
    const only = sql`(${service ?? null}::text is null or d.body->>'service' = ${service ?? null})
      and (${reason ?? null}::text is null or d.body->>'reason' = ${reason ?? null})`
    const documents = await listDocuments(tx, actor, 'KF', page, only)
    const bodies = await tx
      .selectFrom('document')
      .select(['documentId', 'body'])
      .where('countyId', '=', countyId)
      .where('documentId', 'in', [0, ...documents.map(one => one.documentId)])
      .execute()
    const bodyOf = new Map(bodies.map(row => [row.documentId, serviceBody.parse(row.body)]))
    return {
      documents: documents.flatMap(one => {
        const body = bodyOf.get(one.documentId)
        return body ? [{ ...one, service: body.service, reason: serviceReasons[body.reason] }] : []
      }),
      counts: await countStates(tx, actor, 'KF', page, only),
    }
  },
})
