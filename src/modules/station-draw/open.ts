// Open applications (预定) in the order of the line: what stations applied for or were granted and have not collected.

import { sql } from 'kysely'
import { z } from 'zod'
import { openApplications } from '../../domain/availability.ts'
import { instant } from '../../domain/forms.ts'
import { query } from '../../domain/services.ts'

const row = z.object({
  documentId: z.int(),
  documentNo: z.string(),
  holderId: z.int(),
  holderName: z.string(),
  state: z.enum(['pendingApproval', 'approved']),
  submittedAt: instant,
  validUntil: instant.nullable(),
  faceValueFen: z.int(),
  quantity: z.int(),
})
const total = z.object({ faceValueFen: z.int(), pending: z.int(), approved: z.int() })

const most = 5_000

export const open = query({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject({}),
  output: z.object({ rows: z.array(row), totals: z.array(total) }),
  async run({ tx, countyId, now }) {
    const rows = await sql<z.input<typeof row>>`
      select o.document_id, d.document_no, o.holder_id, h.name as holder_name, o.state, o.submitted_at, d.valid_until,
        o.face as face_value_fen, o.quantity
      from (${openApplications(countyId, now)}) o
      join document d on d.county_id = ${countyId} and d.document_id = o.document_id
      join holder h on h.county_id = ${countyId} and h.holder_id = o.holder_id
      where o.quantity > 0 order by o.submitted_at, o.document_id, o.face limit ${most}`.execute(tx)
    const totals = await sql<z.input<typeof total>>`
      select face as face_value_fen, coalesce(sum(quantity) filter (where state = 'pendingApproval'), 0)::int as pending,
        coalesce(sum(quantity) filter (where state = 'approved'), 0)::int as approved
      from (${openApplications(countyId, now)}) o group by 1 order by 1`.execute(tx)
    return { rows: rows.rows, totals: totals.rows }
  },
})
