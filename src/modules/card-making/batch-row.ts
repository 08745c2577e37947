// What the list and the page of a batch show beside the document.

import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { sealSchemes } from '../../domain/card-file/envelope.ts'
import { printSerial } from '../../domain/serial.ts'
import type { Tx } from '../../kernel/db.ts'

export const batchRow = z.object({
  documentId: z.int(),
  faceValueFen: z.int(),
  quantity: z.int(),
  firstSerial: z.string().nullable(),
  lastSerial: z.string().nullable(),
  expiresOn: z.string(),
  expectedOn: z.string().nullable(),
  purpose: z.string(),
  boxSize: z.int(),
  manufacturerId: z.int(),
  manufacturerName: z.string(),
  /** Of the manufacturer's key as it stands, and of the one that the file was sealed to. */
  fingerprint: z.string(),
  keyConfirmed: z.boolean(),
  keyScheme: z.enum(sealSchemes),
  sealedTo: z.string().nullable(),
  fileName: z.string().nullable(),
  fileSha256: z.string().nullable(),
  fileSm3: z.string().nullable(),
  downloadsLeft: z.int(),
  stocked: z.int(),
  rejected: z.int(),
  /** Generated, and neither stocked nor rejected (未到). */
  unadmitted: z.int(),
  jobId: z.int().nullable(),
  doneCount: z.int().nullable(),
  totalCount: z.int().nullable(),
})

export type BatchRow = z.input<typeof batchRow>
type StoredRow = Omit<BatchRow, 'firstSerial' | 'lastSerial' | 'unadmitted'> & {
  firstSerial: number | null
  lastSerial: number | null
  generated: boolean
}

export async function batchRows(tx: Tx, countyId: number, documentIds: readonly number[]): Promise<BatchRow[]> {
  const sumOf = (table: RawBuilder<unknown>) => sql`
    coalesce((select sum(r.last_serial - r.first_serial + 1) from ${table} r
      where r.county_id = b.county_id
        and int8range(r.first_serial, r.last_serial, '[]') && int8range(b.first_serial, b.last_serial, '[]')), 0)::int`
  const { rows } = await sql<StoredRow>`
    select b.batch_id as document_id, b.face_value_fen, b.quantity, b.first_serial, b.last_serial, b.expires_on,
      d.body ->> 'expectedOn' as expected_on, coalesce(d.body ->> 'purpose', '') as purpose, b.box_size,
      b.manufacturer_id, m.name as manufacturer_name, m.fingerprint, m.confirmed_at is not null as key_confirmed,
      m.key_scheme, b.sealed_to, b.file_name, b.file_sha256, b.file_sm3, b.downloads_left, b.generated_at is not null as generated,
      ${sumOf(sql`card_range`)} as stocked, ${sumOf(sql`rejected_range`)} as rejected,
      j.job_id, j.done_count, j.total_count
    from batch b
    join document d on d.county_id = b.county_id and d.document_id = b.batch_id
    join manufacturer m on m.county_id = b.county_id and m.manufacturer_id = b.manufacturer_id
    left join job j on j.county_id = b.county_id and j.job_id = (d.body ->> 'jobId')::bigint
    where b.county_id = ${countyId} and b.batch_id = any(${[...documentIds]}::int[])
    order by b.batch_id desc`.execute(tx)
  const printed = (serial: number | null) => (serial === null ? null : printSerial(serial))
  return rows.map(({ generated, ...row }) => ({
    ...row,
    firstSerial: printed(row.firstSerial),
    lastSerial: printed(row.lastSerial),
    unadmitted: generated ? row.quantity - row.stocked - row.rejected : 0,
  }))
}
