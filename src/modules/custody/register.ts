// Finance puts rejected numbers on the custody register whose cards are physically here, until they are destroyed.

import { sql } from 'kysely'
import { z } from 'zod'
import { type CustodyCards, custodyPlace, takeIntoCustody } from '../../domain/custody.ts'
import { operatorOf } from '../../domain/document.ts'
import { printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { commonRanges, joinRanges, subtractRanges, totalQuantity } from '../../domain/range.ts'
import { faultText } from '../../domain/range-check.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const register = command({
  roles: ['countyFinance'],
  input: z.strictObject({ ranges: printedRanges, ...custodyPlace.shape }),
  output: z.object({ quantity: z.int() }),
  async run({ tx, actor, countyId, now }, { ranges: printed, ...place }) {
    const wanted = joinRanges(storedRanges(printed, countyId))
    await sql`select from holder where county_id = ${countyId} and kind = 'custody' for no key update`.execute(tx)
    const { rows } = await sql<CustodyCards & { documentId: number; taken: boolean }>`
      select distinct r.document_id, r.first_serial, r.last_serial, b.face_value_fen
      from unnest(${wanted.map(w => w.firstSerial)}::bigint[], ${wanted.map(w => w.lastSerial)}::bigint[]) w(f, l)
      join rejected_range r on r.county_id = ${countyId} and int8range(r.first_serial, r.last_serial, '[]') && int8range(w.f, w.l, '[]')
      join batch b using (county_id, batch_id)
      order by r.first_serial`.execute(tx)
    const { rows: taken } = await sql<CustodyCards>`
      select c.first_serial, c.last_serial
      from unnest(${wanted.map(w => w.firstSerial)}::bigint[], ${wanted.map(w => w.lastSerial)}::bigint[]) w(f, l)
      join custody c on c.county_id = ${countyId} and int8range(c.first_serial, c.last_serial, '[]') && int8range(w.f, w.l, '[]')`.execute(
      tx,
    )
    const faults = [
      ...subtractRanges(wanted, rows).map(range => faultText({ ...range, code: 'GAP', about: '' })),
      ...taken.map(range => faultText({ ...range, code: 'DUP', about: '' })),
    ]
    if (faults.length > 0) refuse('notRejected', { faults: faults.slice(0, 200) })
    const by = { countyId, operatorId: operatorOf(actor), at: now }
    for (const documentId of new Set(rows.map(row => row.documentId))) {
      const cards = rows
        .filter(row => row.documentId === documentId)
        .flatMap(row => commonRanges(row, wanted).map(range => ({ ...range, faceValueFen: row.faceValueFen })))
      await takeIntoCustody(tx, by, { source: 'rejected', documentId, cards, place })
    }
    return { quantity: totalQuantity(wanted) }
  },
})
