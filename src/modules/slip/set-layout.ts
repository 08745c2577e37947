// Finance changes paper, copies and signature lines of a slip for its county; white is always the stub.

import { sql } from 'kysely'
import { z } from 'zod'
import { operatorOf } from '../../domain/document.ts'
import { command } from '../../domain/services.ts'
import { layoutOf, slipLayout, slipNames } from '../../domain/slip-layout.ts'
import { refuse } from '../../kernel/refusal.ts'

export const setLayout = command({
  roles: ['countyFinance'],
  input: slipLayout.extend({
    slip: z.enum(slipNames),
    /** The layout that was on screen. */
    version: z.int().min(0),
  }),
  output: z.object({ slip: z.string(), version: z.int() }),
  async run({ tx, actor, countyId }, { slip, version: seen, paper, copies, signatures }) {
    const whites = copies.filter(copy => copy.colour === 'white')
    if (whites.length !== 1 || copies[0]?.colour !== 'white') refuse('stubIsWhite')
    // One after the other for this county, so that nobody overwrites what he has not seen.
    await sql`select from county where county_id = ${countyId} for no key update`.execute(tx)
    const { version } = await layoutOf(tx, countyId, slip)
    if (version !== seen) refuse('layoutMoved')
    await tx
      .insertInto('slipLayout')
      .values({
        countyId,
        slip,
        version: version + 1,
        paper,
        copies: JSON.stringify(copies),
        signatures: JSON.stringify(signatures),
        changedBy: operatorOf(actor),
      })
      .execute()
    return { slip, version: version + 1 }
  },
})
