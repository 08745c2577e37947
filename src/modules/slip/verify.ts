// What a scanned QR proves: whether the paper is ours, what it said when it was printed, and whether a later print exists.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant } from '../../domain/forms.ts'
import { query } from '../../domain/services.ts'
import { isCheckOf, readQr } from '../../domain/slip-check.ts'
import { visibleHolders } from '../../domain/visibility.ts'

const found = z.object({
  documentId: z.int(),
  kind: z.string(),
  documentNo: z.string(),
  slip: z.string(),
  printNo: z.int(),
  printedBy: z.string(),
  printedAt: instant,
  quantity: z.int(),
  amountFen: z.int(),
  /** How the document stands today. */
  state: z.string(),
  /** Whether it has changed since this print. */
  changed: z.boolean(),
  /** No later print of this slip. */
  newest: z.boolean(),
})

type Row = z.input<typeof found> & { version: number }

export const verify = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'hotlineAttendant'],
  input: z.strictObject({ text: z.string().max(400) }),
  output: z.object({
    /** notSlip: no QR of ours; forged: the check is wrong, or there was no such print. */
    result: z.enum(['genuine', 'forged', 'notSlip']),
    slip: found.nullable(),
  }),
  async run({ tx, actor, countyId, services }, { text }) {
    const read = readQr(text)
    if (!read) return { result: 'notSlip' as const, slip: null }
    const { documentNo, slip, printNo, check } = read
    const { rows } = await sql<Row>`
      select d.document_id, d.kind, d.document_no, p.slip, p.print_no, o.name as printed_by, p.at as printed_at, p.quantity,
        p.amount_fen, d.state, d.version <> p.version as changed, p.version,
        not exists (select from document_print l where l.county_id = p.county_id and l.document_id = p.document_id
          and l.slip = p.slip and l.print_no > p.print_no) as newest
      from document d join holder h on h.county_id = d.county_id and h.holder_id = d.holder_id
      join document_print p on p.county_id = d.county_id and p.document_id = d.document_id
      join operator o on o.county_id = p.county_id and o.operator_id = p.printed_by
      where d.county_id = ${countyId} and d.document_no = ${documentNo} and p.slip = ${slip} and p.print_no = ${printNo}
        and ${visibleHolders(actor)}`.execute(tx)
    const row = rows[0]
    if (!row || !isCheckOf(services.slipKey, row, check)) return { result: 'forged' as const, slip: null }
    return { result: 'genuine' as const, slip: row }
  },
})
