// The custody register (废卡保管): where void and rejected cards lie, in serial order.

import { z } from 'zod'
import { custodyRow, listCustody } from '../../domain/custody-read.ts'
import { pageSize, printedSerial } from '../../domain/forms.ts'
import { ownSerial } from '../../domain/serial.ts'
import { query } from '../../domain/services.ts'

export const list = query({
  roles: ['countyFinance', 'countyCardAdmin'],
  input: z.strictObject({
    source: z.enum(['void', 'rejected']).optional(),
    state: z.enum(['kept', 'destroyed']).optional(),
    location: z.string().min(1).max(100).optional(),
    keeper: z.string().min(1).max(30).optional(),
    serial: printedSerial.optional(),
    documentId: z.int().optional(),
    documentNo: z
      .string()
      .regex(/^[A-Z0-9]{1,24}$/)
      .optional(),
    /** Only after this card: the first of the last row of the page before. */
    afterSerial: printedSerial.optional(),
    limit: pageSize,
  }),
  output: z.object({ rows: z.array(custodyRow) }),
  async run({ tx, countyId }, { serial, afterSerial, ...filter }) {
    const stored = (printed: string | undefined) => (printed === undefined ? undefined : ownSerial(printed, countyId))
    const rows = await listCustody(tx, countyId, {
      ...filter,
      serial: stored(serial),
      afterSerial: stored(afterSerial),
    })
    return { rows }
  },
})
