// What to make next (制卡计划): per face value the stock by place, reservations, velocity, and the suggested quantity with its terms.

import { sql } from 'kysely'
import { z } from 'zod'
import { singleHolder } from '../../domain/county.ts'
import { countySettings } from '../../domain/county-settings.ts'
import { planFigures, suggest } from '../../domain/making-plan.ts'
import { query } from '../../domain/services.ts'
import type { Tx } from '../../kernel/db.ts'

const pace = z.object({
  days30: z.int(),
  days90: z.int(),
  perDay30: z.number(),
  perDay90: z.number(),
})

const row = z.object({
  faceValueFen: z.int(),
  /** Whether batches of it may be made. */
  inUse: z.boolean(),
  stock: z.object({
    county: z.int(),
    countyIssuable: z.int(),
    stations: z.int(),
    inTransit: z.int(),
    sellers: z.int(),
    halls: z.int(),
    customers: z.int(),
  }),
  reserved: z.object({ approved: z.int(), pending: z.int() }),
  inMaking: z.int(),
  sales: pace,
  recharges: pace,
  suggestion: z.object({
    windowDays: z.literal([30, 90]),
    recharged: z.int(),
    stockingDays: z.int(),
    approved: z.int(),
    pending: z.int(),
    countyStock: z.int(),
    inMaking: z.int(),
    boxSize: z.int(),
    quantity: z.int(),
  }),
})

export const plan = query({
  roles: ['countyCardAdmin', 'countyFinance'],
  input: z.strictObject({
    /** For the side panel of one batch. */
    faceValueFen: z.int().positive().optional(),
    boxSize: z.int().min(1).max(10_000).default(100),
    /** Instead of the county's. */
    stockingDays: z.int().min(1).max(730).optional(),
  }),
  output: z.object({ rows: z.array(row) }),
  async run({ tx, countyId, now }, { faceValueFen, boxSize, stockingDays }) {
    const settings = await countySettings(tx, countyId)
    const faces = faceValueFen === undefined ? await facesOf(tx, countyId, settings.faceValuesFen) : [faceValueFen]
    const countyHolderId = await singleHolder(tx, countyId, 'county')
    const figures = await planFigures(tx, { countyId, countyHolderId, now }, faces)
    return {
      rows: figures.map(figure => ({
        faceValueFen: figure.faceValueFen,
        inUse: settings.faceValuesFen.includes(figure.faceValueFen),
        stock: figure,
        reserved: figure,
        inMaking: figure.inMaking,
        sales: paceOf(figure.sold30, figure.sold90),
        recharges: paceOf(figure.recharged30, figure.recharged90),
        suggestion: suggest(figure, stockingDays ?? settings.stockingDays, boxSize),
      })),
    }
  },
})

/** Face values in use, and others of which there are cards. */
async function facesOf(tx: Tx, countyId: number, inUse: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ face: number }>`
    select distinct face from (
      select unnest(${[...inUse]}::int[]) union all
      select face_value_fen from balance where county_id = ${countyId} and state not in ('used', 'void') and quantity > 0) f(face)
    order by face`.execute(tx)
  return rows.map(({ face }) => face)
}

function paceOf(days30: number, days90: number) {
  const perDay = (cards: number, days: number) => Math.round((cards / days) * 100) / 100
  return { days30, days90, perDay30: perDay(days30, 30), perDay90: perDay(days90, 90) }
}
