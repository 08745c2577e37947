// What the author of a batch fills in, and what must hold of it.

import { sql } from 'kysely'
import { z } from 'zod'
import { type CountySettings, countySettings } from '../../domain/county-settings.ts'
import { note } from '../../domain/document-forms.ts'
import { yuan } from '../../domain/money.ts'
import type { Tx } from '../../kernel/db.ts'
import { refuse } from '../../kernel/refusal.ts'

const most = 1_000_000

export const batchForm = {
  faceValueFen: z.int().positive(),
  quantity: z.number(),
  manufacturerId: z.int(),
  /** The expected delivery; cards are good for some years from it. */
  expectedOn: z.iso.date(),
  /** Good to the end of this day; by default the end of the month, the county's years after the delivery. */
  expiresOn: z.iso.date().optional(),
  boxSize: z.int().min(1).max(10_000).default(100),
  purpose: z.string().max(200).default(''),
  note: note.default(''),
}

const form = z.object(batchForm)

/** The members of the batch's row, or a refusal. */
export async function checkBatch(tx: Tx, countyId: number, input: z.output<typeof form>) {
  const { faceValueFen, quantity, manufacturerId, expectedOn, boxSize } = input
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > most) refuse('ZK01')
  const settings = await countySettings(tx, countyId)
  if (!settings.faceValuesFen.includes(faceValueFen)) refuse('ZK02', { v: yuan(faceValueFen) })
  const { earliest, byDefault } = await expiryOf(tx, expectedOn, settings)
  const expiresOn = input.expiresOn ?? byDefault
  if (expiresOn < earliest) refuse('ZK03', { date: earliest })
  await requireManufacturer(tx, countyId, manufacturerId)
  return { faceValueFen, quantity, manufacturerId, boxSize, expiresOn }
}

/** The earliest day a card may expire, and the one proposed: the end of that month. */
async function expiryOf(tx: Tx, expectedOn: string, { validYears }: CountySettings) {
  const { rows } = await sql<{ earliest: string; byDefault: string }>`
    select d::date::text as earliest, (date_trunc('month', d) + interval '1 month - 1 day')::date::text as by_default
    from (select ${expectedOn}::date + make_interval(years => ${validYears}) as d) x`.execute(tx)
  const row = rows[0]
  if (!row) throw new Error('a row without a table')
  return row
}

async function requireManufacturer(tx: Tx, countyId: number, manufacturerId: number): Promise<void> {
  const found = await tx
    .selectFrom('manufacturer')
    .select(['name', 'disabledAt'])
    .where('countyId', '=', countyId)
    .where('manufacturerId', '=', manufacturerId)
    .executeTakeFirst()
  if (!found) return refuse('manufacturerNotFound')
  if (found.disabledAt !== null) refuse('manufacturerDisabled', { name: found.name })
}
