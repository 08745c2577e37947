// Registers a batch of cards to be made, as a draft (制卡批次).

import { sql } from 'kysely'
import { z } from 'zod'
import { singleHolder } from '../../domain/county.ts'
import { countySettings } from '../../domain/county-settings.ts'
import { createDocument } from '../../domain/document.ts'
import { documentAnswer, note } from '../../domain/document-forms.ts'
import { yuan } from '../../domain/money.ts'
import { command } from '../../domain/services.ts'
import type { Tx } from '../../kernel/db.ts'
import { refuse } from '../../kernel/refusal.ts'

const most = 1_000_000
const pinDigits = 12

export const create = command({
  roles: ['countyCardAdmin'],
  input: z.strictObject({
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
  }),
  output: documentAnswer,
  async run({ tx, actor, countyId, services }, input) {
    const { faceValueFen, quantity, manufacturerId, expectedOn } = input
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > most) refuse('ZK01')
    const settings = await countySettings(tx, countyId)
    if (!settings.faceValuesFen.includes(faceValueFen)) refuse('ZK02', { v: yuan(faceValueFen) })
    const { earliest, byDefault } = await expiryOf(tx, expectedOn, settings.validYears)
    const expiresOn = input.expiresOn ?? byDefault
    if (expiresOn < earliest) refuse('ZK03', { date: earliest })
    await requireManufacturer(tx, countyId, manufacturerId)
    const document = await createDocument(tx, actor, {
      kind: 'ZK',
      holderId: await singleHolder(tx, countyId, 'county'),
      note: input.note,
      body: { expectedOn, purpose: input.purpose },
    })
    const row = { countyId, batchId: document.documentId, faceValueFen, quantity, manufacturerId, expiresOn, pinDigits }
    await tx
      .insertInto('batch')
      .values({ ...row, boxSize: input.boxSize, pinKey: services.pins.currentKey })
      .execute()
    return document
  },
})

/** The earliest day a card may expire, and the one proposed: the end of that month. */
async function expiryOf(tx: Tx, expectedOn: string, years: number) {
  const { rows } = await sql<{ earliest: string; byDefault: string }>`
    select d::date::text as earliest, (date_trunc('month', d) + interval '1 month - 1 day')::date::text as by_default
    from (select ${expectedOn}::date + make_interval(years => ${years}) as d) x`.execute(tx)
  const row = rows[0]
  if (!row) throw new Error('a row without a table')
  return row
}

async function requireManufacturer(tx: Tx, countyId: number, manufacturerId: number): Promise<void> {
  const found = await tx
    .selectFrom('manufacturer')
    .select('manufacturerId')
    .where('countyId', '=', countyId)
    .where('manufacturerId', '=', manufacturerId)
    .executeTakeFirst()
  if (!found) refuse('manufacturerNotFound')
}
