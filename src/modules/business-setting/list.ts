// The history of the business settings: every change with who proposed and who decided, newest first.

import { z } from 'zod'
import { pageSize } from '../../domain/forms.ts'
import { query } from '../../domain/services.ts'
import { readChanges, settingChange } from './shapes.ts'

const states = settingChange.shape.state

export const list = query({
  roles: ['countyFinance', 'countyCardAdmin'],
  input: z.strictObject({
    states: z
      .array(states)
      .max(4)
      .default([...states.options]),
    /** The last change of the page before. */
    before: z.int().optional(),
    pageSize,
  }),
  output: z.object({ changes: z.array(settingChange), hasMore: z.boolean() }),
  async run({ tx, countyId }, input) {
    const limit = input.pageSize + 1
    const changes = await readChanges(tx, countyId, { states: input.states, before: input.before ?? null, limit })
    return { changes: changes.slice(0, input.pageSize), hasMore: changes.length === limit }
  },
})
