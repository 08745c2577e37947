// The list of one destruction (《废卡销毁清单》): what was destroyed, of which document, how and before whom.

import { sql } from 'kysely'
import { z } from 'zod'
import { destruction as destructionForm } from '../../domain/custody.ts'
import { instant } from '../../domain/forms.ts'
import type { SerialRange } from '../../domain/range.ts'
import { printSerial } from '../../domain/serial.ts'
import { query } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

const line = z.object({
  /** 作废 or 拒收 */
  source: z.enum(['void', 'rejected']),
  documentNo: z.string().nullable(),
  firstSerial: z.string(),
  lastSerial: z.string(),
  quantity: z.int(),
  faceValueFen: z.int(),
  location: z.string().nullable(),
  keeper: z.string().nullable(),
})

export const destruction = query({
  roles: ['countyFinance', 'countyCardAdmin'],
  input: z.strictObject({ destructionId: z.int() }),
  output: z.object({
    destructionId: z.int(),
    at: instant,
    /** 销毁人 */
    operator: z.string(),
    how: destructionForm,
    lines: z.array(line),
    quantity: z.int(),
    amountFen: z.int(),
  }),
  async run({ tx, countyId }, { destructionId }) {
    const event = await tx
      .selectFrom('custodyEvent')
      .innerJoin('operator', join =>
        join
          .onRef('operator.countyId', '=', 'custodyEvent.countyId')
          .onRef('operator.operatorId', '=', 'custodyEvent.operatorId'),
      )
      .select(['custodyEvent.at', 'custodyEvent.details', 'operator.name as operator'])
      .where('custodyEvent.countyId', '=', countyId)
      .where('custodyEvent.eventId', '=', destructionId)
      .where('custodyEvent.kind', '=', 'destroyed')
      .executeTakeFirst()
    if (!event) return refuse('destructionNotFound', { destructionId })
    const { rows } = await sql<Omit<z.input<typeof line>, 'firstSerial' | 'lastSerial'> & SerialRange>`
      select r.source, d.document_no, r.first_serial, r.last_serial, (r.last_serial - r.first_serial + 1)::int as quantity,
        r.face_value_fen, r.from_location as location, r.from_keeper as keeper
      from custody_event_range r join document d using (county_id, document_id)
      where r.county_id = ${countyId} and r.event_id = ${destructionId} order by r.first_serial`.execute(tx)
    return {
      destructionId,
      at: event.at,
      operator: event.operator,
      how: destructionForm.parse(event.details),
      lines: rows.map(row => ({
        ...row,
        firstSerial: printSerial(row.firstSerial),
        lastSerial: printSerial(row.lastSerial),
      })),
      quantity: rows.reduce((sum, row) => sum + row.quantity, 0),
      amountFen: rows.reduce((sum, row) => sum + row.quantity * row.faceValueFen, 0),
    }
  },
})
