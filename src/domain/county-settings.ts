// The business settings (业务参数) of a county, with what holds until somebody changes them.

import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { DB } from '../kernel/db-types.ts'

const approver = z.enum(['countyCardAdmin', 'countyFinance'])

export const countySettingsSchema = z.object({
  /** Face values that may be made, in fen. */
  faceValuesFen: z.array(z.int().positive().max(100_000)).default([5_000, 10_000, 20_000, 50_000]),
  /** 岗位分离: author, approver and executor are different people. */
  separationOfDuties: z.boolean().default(true),
  /** Days an approved draw waits to be collected. */
  approvalDays: z.int().min(1).max(90).default(7),
  /** Days by which an approved draw may be extended, once. */
  extensionDays: z.int().min(1).max(90).default(15),
  /** Days after which cards in transit are asked after. */
  transitDays: z.int().min(1).max(90).default(3),
  /** What happens to a recharge while the billing system is down: refused at once, or accepted and posted later. */
  whenMisDown: z.enum(['refuse', 'accept']).default('refuse'),
  /** Lengths an account number may have. */
  accountNoLengths: z.array(z.int().min(4).max(20)).default([10, 13]),
  /** Years a card is good from its expected delivery. */
  validYears: z.int().min(3).max(20).default(3),
  /** Months a card must still be good for when a seller or hall buys it. */
  monthsLeftToSell: z.int().min(0).max(36).default(12),
  /** Most cards that one person of finance extends or exchanges alone; above it a second one approves. */
  cardServiceLimit: z.int().min(0).max(1_000_000).default(100),
  /** The address that the QR of a slip begins with, where papers are verified; empty: number and check alone. */
  slipAddress: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(200)]).default(''),
  newCardFileDownloads: z.int().min(1).max(10).default(3),
  /** 制卡须审批: off, a submitted batch is approved at once. */
  makingNeedsApproval: z.boolean().default(true),
  /** 备货天数: days of recharges that the suggested quantity provides for. */
  stockingDays: z.int().min(1).max(730).default(90),
  /** Kinds of manufacturers' keys that card files may be sealed to: OpenPGP, and SM2 with SM4. */
  cardFileKeys: z
    .array(z.enum(['openpgp', 'sm2']))
    .min(1)
    .default(['openpgp', 'sm2']),
  /** 幺 for 1 when digits are read one by one. */
  sayYao: z.boolean().default(true),
  /** Who approves batches, voids, draws and returns. */
  approvers: z
    .strictObject({
      ZK: approver.default('countyFinance'),
      ZF: approver.default('countyCardAdmin'),
      LS: approver.default('countyCardAdmin'),
      FS: approver.default('countyCardAdmin'),
    })
    .prefault({}),
})

export type CountySettings = z.infer<typeof countySettingsSchema>

/** What holds at an instant (now, unless said otherwise): the county's own with each confirmed change whose time has come. */
export async function countySettings(db: Kysely<DB>, countyId: number, at?: Date): Promise<CountySettings> {
  const { rows } = await sql<{ settings: object; changes: object[] | null }>`
    select c.settings, (
      select jsonb_agg(s.changes order by s.effective_at, s.change_id) from setting_change s
      where s.county_id = c.county_id and s.state = 'confirmed' and s.effective_at <= ${at ?? sql`now()`}) as changes
    from county c where c.county_id = ${countyId}`.execute(db)
  const [county] = rows
  if (!county) throw new Error(`there is no county ${countyId}`)
  return countySettingsSchema.parse(Object.assign({}, county.settings, ...(county.changes ?? [])))
}
