// Every freeze that covers a card or a range: why, by which document, and whether it is lifted by card.unfreeze.

import { sql } from 'kysely'
import { z } from 'zod'
import { printedRange, storedRanges } from '../../domain/document-forms.ts'
import { instant } from '../../domain/forms.ts'
import { printSerial } from '../../domain/serial.ts'
import { query } from '../../domain/services.ts'
import { visibleHolders } from '../../domain/visibility.ts'

const freeze = z.object({
  documentId: z.int(),
  documentNo: z.string().nullable(),
  kind: z.string(),
  firstSerial: z.string(),
  lastSerial: z.string(),
  reason: z.string(),
  at: instant,
  frozenBy: z.string(),
  /** False where only its own document lifts it. */
  liftable: z.boolean(),
})

type Row = Omit<z.input<typeof freeze>, 'firstSerial' | 'lastSerial'> & { firstSerial: number; lastSerial: number }

const most = 200

export const freezes = query({
  roles: ['countyFinance', 'countyCardAdmin', 'stationCardAdmin', 'hotlineAttendant'],
  input: z.strictObject({ ranges: z.array(printedRange).min(1).max(100) }),
  output: z.object({ freezes: z.array(freeze) }),
  async run({ tx, actor, countyId }, { ranges }) {
    const wanted = storedRanges(ranges, countyId)
    // A station sees the freezes of the cards it sees, whoever froze them.
    const { rows } = await sql<Row>`
      select distinct d.document_id, d.document_no, d.kind, f.first_serial, f.last_serial, f.reason, f.at, o.name as frozen_by,
        d.kind = 'KF' as liftable
      from unnest(${wanted.map(w => w.firstSerial)}::bigint[], ${wanted.map(w => w.lastSerial)}::bigint[]) w(f, l)
      join card_freeze f on f.county_id = ${countyId} and int8range(f.first_serial, f.last_serial, '[]') && int8range(w.f, w.l, '[]')
      join document d on d.county_id = f.county_id and d.document_id = f.document_id
      join operator o on o.county_id = d.county_id and o.operator_id = d.author_id
      where exists (select from card_range r join holder h on h.county_id = r.county_id and h.holder_id = r.holder_id
        where r.county_id = f.county_id and int8range(r.first_serial, r.last_serial, '[]') && int8range(f.first_serial, f.last_serial, '[]')
          and int8range(r.first_serial, r.last_serial, '[]') && int8range(w.f, w.l, '[]') and ${visibleHolders(actor)})
      order by f.at, d.document_id, f.first_serial limit ${most}`.execute(tx)
    return {
      freezes: rows.map(row => ({
        ...row,
        firstSerial: printSerial(row.firstSerial),
        lastSerial: printSerial(row.lastSerial),
      })),
    }
  },
})
