// Stock by holder, face value and state; uses that wait to be carried are already taken off.

import { sql } from 'kysely'
import { z } from 'zod'
import { cardStates } from '../../domain/card.ts'
import { query } from '../../domain/services.ts'
import { visibleHolders } from '../../domain/visibility.ts'

const row = z.object({
  holderId: z.int(),
  holderName: z.string(),
  holderKind: z.string(),
  faceValueFen: z.int(),
  state: z.enum(cardStates),
  quantity: z.int(),
})

export const summary = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'],
  input: z.strictObject({}),
  output: z.object({ rows: z.array(row) }),
  async run({ tx, countyId, actor }) {
    const { rows } = await sql<z.input<typeof row>>`
      select b.holder_id, h.name as holder_name, h.kind as holder_kind, b.face_value_fen, b.state, b.quantity
      from balance_now b join holder h using (county_id, holder_id)
      where b.county_id = ${countyId} and ${visibleHolders(actor)} and b.quantity <> 0
      order by h.kind, h.code, b.face_value_fen, b.state`.execute(tx)
    return { rows }
  },
})
