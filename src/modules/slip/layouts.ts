// The layouts of all slips (单据格式): paper, copies with their colours, signature lines.

import { z } from 'zod'
import { query } from '../../domain/services.ts'
import { layoutOf, slipLayout, slipNames, slips } from '../../domain/slip-layout.ts'

export const layouts = query({
  roles: ['countyFinance'],
  input: z.strictObject({}),
  output: z.object({
    layouts: z.array(
      slipLayout.extend({
        slip: z.string(),
        kind: z.string(),
        title: z.string(),
        /** 0: the product's own, not changed by the county. */
        version: z.int(),
      }),
    ),
  }),
  async run({ tx, countyId }) {
    const all = []
    for (const slip of slipNames) {
      const { kind, title } = slips[slip]
      all.push({ slip, kind, title, ...(await layoutOf(tx, countyId, slip)) })
    }
    return { layouts: all }
  },
})
