// One seller or hall: file, cards by purchase with what each did, and the last documents.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant } from '../../domain/forms.ts'
import { readSellers, sellerRow } from '../../domain/seller.ts'
import { rangesPage, readSellerRanges, sellerRange } from '../../domain/seller-cards.ts'
import { query } from '../../domain/services.ts'
import type { Tx } from '../../kernel/db.ts'
import { maskMiddle } from '../../kernel/redact.ts'
import { refuse } from '../../kernel/refusal.ts'

const mostDocuments = 20

const paper = z.object({
  documentId: z.int(),
  kind: z.string(),
  documentNo: z.string().nullable(),
  state: z.string(),
  at: instant,
  quantity: z.int(),
  amountFen: z.int(),
})

export const get = query({
  roles: ['stationCardAdmin', 'countyFinance'],
  input: z.strictObject({ holderId: z.int(), ...rangesPage }),
  output: z.object({
    seller: sellerRow,
    file: z.object({
      agreementNo: z.string(),
      agreementFrom: z.string().nullable(),
      agreementUntil: z.string().nullable(),
      /** Middle hidden. */
      identityNo: z.string(),
      depositFen: z.int(),
    }),
    ranges: z.array(sellerRange),
    documents: z.array(paper),
  }),
  async run({ tx, actor, countyId }, { holderId, ...page }) {
    const [seller = refuse('sellerNotFound')] = await readSellers(tx, actor, { holderId, limit: 1 })
    const file = await tx
      .selectFrom('seller')
      .select(['agreementNo', 'agreementFrom', 'agreementUntil', 'identityNo', 'depositFen'])
      .where('countyId', '=', countyId)
      .where('holderId', '=', holderId)
      .executeTakeFirstOrThrow()
    return {
      seller,
      file: { ...file, identityNo: maskMiddle(file.identityNo) },
      ranges: await readSellerRanges(tx, { countyId, holderId }, page),
      documents: await lastDocuments(tx, countyId, holderId),
    }
  },
})

/** What was last done with this seller: its purchases and returns at the station, and papers of its own. */
async function lastDocuments(tx: Tx, countyId: number, holderId: number): Promise<z.input<typeof paper>[]> {
  const { rows } = await sql<z.input<typeof paper>>`
    select d.document_id, d.kind, d.document_no, d.state, coalesce(d.executed_at, d.created_at) as at,
      coalesce(sum(l.quantity), 0)::int as quantity, coalesce(sum(l.quantity::bigint * l.face_value_fen), 0)::bigint as amount_fen
    from document d left join document_line l using (county_id, document_id)
    where d.county_id = ${countyId} and d.state <> 'discarded'
      and (d.holder_id = ${holderId} or (d.kind in ('SK', 'TK') and (d.body ->> 'sellerId')::int = ${holderId}))
    group by d.county_id, d.document_id order by d.document_id desc limit ${mostDocuments}`.execute(tx)
  return rows
}
