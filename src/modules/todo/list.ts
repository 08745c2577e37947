// Everything that waits for the actor (待办): by role and place, only what this person may act on, the oldest first.

import { z } from 'zod'
import { nextAct } from '../../domain/document-acts.ts'
import { documentHead } from '../../domain/document-forms.ts'
import { documentKinds } from '../../domain/document-life.ts'
import { countWaiting, longestWaiting } from '../../domain/document-read.ts'
import { waitsFor } from '../../domain/document-turn.ts'
import { instant, pageSize } from '../../domain/forms.ts'
import { everyone } from '../../domain/roles.ts'
import { query } from '../../domain/services.ts'

const waiting = z.object({ kind: z.string(), state: z.string(), operation: z.string() })

export const list = query({
  roles: everyone,
  input: z.strictObject({ kinds: z.array(z.enum(documentKinds)).max(20).optional(), limit: pageSize }),
  output: z.object({
    /** How much of each kind waits, and since when the oldest. */
    groups: z.array(waiting.extend({ quantity: z.int(), oldest: instant })),
    documents: z.array(documentHead.extend({ operation: z.string(), waitedMinutes: z.int() })),
  }),
  async run({ tx, actor, countyId, permissions, now }, { kinds, limit }) {
    const only = await waitsFor(tx, actor, permissions, kinds)
    if (only === null) return { groups: [], documents: [] }
    const documents = await longestWaiting(tx, countyId, only, limit)
    const groups = await countWaiting(tx, countyId, only)
    return {
      groups: groups.map(row => ({ ...row, operation: operationOf(row) })),
      documents: documents.map(head => ({
        ...head,
        operation: operationOf(head),
        waitedMinutes: Math.max(0, Math.floor((now.getTime() - Date.parse(instant.parse(head.since))) / 60_000)),
      })),
    }
  },
})

function operationOf({ kind, state }: { kind: string; state: string }): string {
  const known = documentKinds.find(one => one === kind)
  return (known && nextAct(known, state)?.operation) ?? ''
}
