// Applications or issues, newest first, with what only a draw's list shows; a station sees its own.

import { sql } from 'kysely'
import { z } from 'zod'
import { documentHead, listInput, stateCounts } from '../../domain/document-forms.ts'
import { countStates, listDocuments } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'
import type { Tx } from '../../kernel/db.ts'

const row = documentHead.extend({
  /** 领卡员 */
  receiver: z.string(),
  approvedQuantity: z.int().nullable(),
  /** Of an issue: cards refused at the station, and those of them that are still open. */
  refusedQuantity: z.int(),
  openQuantity: z.int(),
  /** Days an issue is or was on the road. */
  transitDays: z.int().nullable(),
})
type Extra = Pick<
  z.input<typeof row>,
  'receiver' | 'approvedQuantity' | 'refusedQuantity' | 'openQuantity' | 'transitDays'
>

export const list = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'],
  input: z.strictObject({ kind: z.enum(['LS', 'CK']), ...listInput }),
  output: z.object({ documents: z.array(row), counts: stateCounts }),
  async run({ tx, actor, countyId, now }, { kind, ...page }) {
    const heads = await listDocuments(tx, actor, kind, page)
    const extras = await extrasOf(
      tx,
      countyId,
      heads.map(head => head.documentId),
      now,
    )
    const none: Extra = { receiver: '', approvedQuantity: null, refusedQuantity: 0, openQuantity: 0, transitDays: null }
    return {
      documents: heads.map(head => ({ ...head, ...(extras.get(head.documentId) ?? none) })),
      counts: await countStates(tx, actor, kind, page),
    }
  },
})

async function extrasOf(tx: Tx, countyId: number, ids: readonly number[], now: Date): Promise<Map<number, Extra>> {
  const day = (at: unknown) => sql`(${at}::timestamptz at time zone 'Asia/Shanghai')::date`
  const { rows } = await sql<Extra & { documentId: number }>`
    select d.document_id, coalesce(a.body -> 'receiver' ->> 'name', '') as receiver,
      (select sum(approved_quantity)::int from document_line l where l.county_id = a.county_id and l.document_id = a.document_id) as approved_quantity,
      coalesce(r.refused, 0)::int as refused_quantity, coalesce(r.open, 0)::int as open_quantity,
      case when d.kind = 'CK' and d.executed_at is not null
        then ${day(sql`coalesce((d.body -> 'acceptance' ->> 'at')::timestamptz, ${now})`)} - ${day(sql`d.executed_at`)} end as transit_days
    from document d
    join document a on a.county_id = d.county_id and a.document_id = case when d.kind = 'CK' then d.parent_id else d.document_id end
    left join lateral (
      select sum(x.quantity) as refused, sum(x.quantity) filter (where x.settled is null) as open from (
        select (r ->> 'lastSerial')::bigint - (r ->> 'firstSerial')::bigint + 1 as quantity, r ->> 'settled' as settled
        from jsonb_array_elements(coalesce(d.body -> 'refusals', '[]')) r) x) r on true
    where d.county_id = ${countyId} and d.document_id = any(${[...ids]}::int[])`.execute(tx)
  return new Map(rows.map(({ documentId, ...extra }) => [documentId, extra]))
}
