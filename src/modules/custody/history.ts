// What happened to one card in custody, newest first: taken in, moved from keeper to keeper, destroyed.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant, pageSize, printedSerial } from '../../domain/forms.ts'
import type { SerialRange } from '../../domain/range.ts'
import { ownSerial, printSerial } from '../../domain/serial.ts'
import { query } from '../../domain/services.ts'

const event = z.object({
  eventId: z.int(),
  kind: z.enum(['taken', 'moved', 'destroyed']),
  at: instant,
  operator: z.string(),
  firstSerial: z.string(),
  lastSerial: z.string(),
  documentNo: z.string().nullable(),
  fromLocation: z.string().nullable(),
  fromKeeper: z.string().nullable(),
  toLocation: z.string().nullable(),
  toKeeper: z.string().nullable(),
})

export const history = query({
  roles: ['countyFinance', 'countyCardAdmin'],
  input: z.strictObject({ serial: printedSerial, limit: pageSize }),
  output: z.object({ events: z.array(event) }),
  async run({ tx, countyId }, { serial, limit }) {
    const stored = ownSerial(serial, countyId)
    const { rows } = await sql<Omit<z.input<typeof event>, 'firstSerial' | 'lastSerial'> & SerialRange>`
      select e.event_id, e.kind, e.at, o.name as operator, r.first_serial, r.last_serial, d.document_no,
        r.from_location, r.from_keeper, e.details ->> 'location' as to_location, e.details -> 'keeper' ->> 'name' as to_keeper
      from custody_event e
      join custody_event_range r using (county_id, event_id)
      join document d using (county_id, document_id)
      join operator o on o.county_id = e.county_id and o.operator_id = e.operator_id
      where e.county_id = ${countyId} and int8range(r.first_serial, r.last_serial, '[]') @> ${stored}::bigint
      order by e.event_id desc limit ${limit}`.execute(tx)
    const printed = (row: SerialRange) => ({
      firstSerial: printSerial(row.firstSerial),
      lastSerial: printSerial(row.lastSerial),
    })
    return { events: rows.map(row => ({ ...row, ...printed(row) })) }
  },
})
