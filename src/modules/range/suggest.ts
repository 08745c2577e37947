// The oldest cards to fetch (推荐号段): what expires first, free to be taken. Nothing is entered by it: the clerk scans.

import { sql } from 'kysely'
import { z } from 'zod'
import { printedRange, storedRanges } from '../../domain/document-forms.ts'
import { quantityOf, type SerialRange, subtractRanges } from '../../domain/range.ts'
import { sourceOf } from '../../domain/range-source.ts'
import { businessRoles } from '../../domain/roles.ts'
import { printSerial } from '../../domain/serial.ts'
import { query } from '../../domain/services.ts'

const mostRanges = 2_000

export const suggest = query({
  roles: businessRoles,
  input: z.strictObject({
    kind: z.enum(['CK', 'FS', 'SK']),
    faceValueFen: z.int().positive(),
    quantity: z.int().min(1).max(1_000_000),
    /** What is entered already. */
    without: z.array(printedRange).max(5_000).default([]),
  }),
  output: z.object({
    ranges: z.array(
      z.object({
        firstSerial: z.string(),
        lastSerial: z.string(),
        quantity: z.int(),
        expiresOn: z.string(),
        batchNo: z.string(),
      }),
    ),
    /** Cards that are not there to be suggested. */
    missing: z.int(),
  }),
  async run({ tx, actor, countyId }, { kind, faceValueFen, quantity, without }) {
    const { holderId, states, goodUntil } = await sourceOf(tx, actor, { kind })
    const { rows } = await sql<SerialRange & { expiresOn: string; batchNo: string; blocked: SerialRange[] | null }>`
      select r.first_serial, r.last_serial, r.expires_on, d.document_no as batch_no, b.blocked
      from card_range r join document d on d.county_id = r.county_id and d.document_id = r.batch_id
      left join lateral (
        select jsonb_agg(jsonb_build_object('firstSerial', x.first_serial, 'lastSerial', x.last_serial)) as blocked from (
          select first_serial, last_serial from claim c where c.county_id = r.county_id
            and int8range(c.first_serial, c.last_serial, '[]') && int8range(r.first_serial, r.last_serial, '[]')
          union all
          select first_serial, last_serial from card_freeze f where f.county_id = r.county_id
            and int8range(f.first_serial, f.last_serial, '[]') && int8range(r.first_serial, r.last_serial, '[]')) x) b on true
      where r.county_id = ${countyId} and r.holder_id = any(${[holderId].flat()}::int[]) and r.state = any(${[...states]}::text[])
        and r.face_value_fen = ${faceValueFen} and r.transit_document_id is null
        and r.expires_on >= greatest((now() at time zone 'Asia/Shanghai')::date, ${goodUntil ?? null}::date)
      order by r.expires_on, r.batch_id, r.first_serial limit ${mostRanges}`.execute(tx)
    const entered = storedRanges(without, countyId)
    const free = rows.flatMap(({ blocked, expiresOn, batchNo, ...range }) =>
      subtractRanges([range], [...(blocked ?? []), ...entered]).map(part => ({ ...part, expiresOn, batchNo })),
    )
    const ranges = []
    let missing = quantity
    for (const part of free) {
      if (missing === 0) break
      const lastSerial = Math.min(part.lastSerial, part.firstSerial + missing - 1)
      const taken = quantityOf({ ...part, lastSerial })
      missing -= taken
      const { firstSerial, ...about } = part
      ranges.push({
        ...about,
        firstSerial: printSerial(firstSerial),
        lastSerial: printSerial(lastSerial),
        quantity: taken,
      })
    }
    return { ranges, missing }
  },
})
