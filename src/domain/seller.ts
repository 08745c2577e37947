// Sellers and halls (售卡员、营业厅) of a station: their files, and which of them a person may act for.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { masked, maskMiddle } from '../kernel/redact.ts'
import { refuse } from '../kernel/refusal.ts'
import { instant } from './forms.ts'
import { visibleHolders } from './visibility.ts'

export interface Seller {
  holderId: number
  kind: 'seller' | 'hall'
  name: string
  stationId: number
  disabled: boolean
}

/** A seller or hall that the actor may see: a station its own, finance every one of the county, a seller itself. */
export async function sellerOf(tx: Tx, actor: Actor, holderId: number): Promise<Seller> {
  const { rows } = await sql<Seller>`
    select h.holder_id, h.kind, h.name, h.parent_id as station_id, h.disabled_at is not null as disabled from holder h
    where h.county_id = ${actor.countyId} and h.holder_id = ${holderId} and h.kind in ('seller', 'hall') and ${visibleHolders(actor)}`.execute(
    tx,
  )
  return rows[0] ?? refuse('sellerNotFound')
}

const mostFen = 10_000_000_000

/** What is agreed with a seller or hall, as it is filled in; what is left out stays as it is. */
export const sellerFile = {
  agreementNo: z.string().max(40).optional(),
  agreementFrom: z.iso.date().nullable().optional(),
  agreementUntil: z.iso.date().nullable().optional(),
  identityNo: masked(z.string().regex(/^[0-9A-Za-z]{0,20}$/)).optional(),
  depositFen: z.int().min(0).max(mostFen).optional(),
  /** The registered telephone: from it the seller may have its cards frozen. */
  phone: masked(z.string().regex(/^\d{5,15}$/))
    .nullable()
    .optional(),
}
const file = z.object(sellerFile)

export const creditLimit = z.int().min(0).max(mostFen)

interface Of {
  countyId: number
  holderId: number
}

export async function writeSellerFile(
  tx: Tx,
  { countyId, holderId }: Of,
  { phone, ...rest }: z.output<typeof file>,
): Promise<void> {
  const { agreementNo, agreementFrom, agreementUntil, identityNo, depositFen } = rest
  const given = Object.entries({ agreementNo, agreementFrom, agreementUntil, identityNo, depositFen }).filter(
    ([, value]) => value !== undefined,
  )
  if (given.length > 0) {
    await tx
      .updateTable('seller')
      .set(Object.fromEntries(given))
      .where('countyId', '=', countyId)
      .where('holderId', '=', holderId)
      .execute()
  }
  if (phone === undefined) return
  await tx
    .updateTable('holder')
    .set({ phone })
    .where('countyId', '=', countyId)
    .where('holderId', '=', holderId)
    .execute()
}

/** Sets the credit limit; one below what is owed stops further credit and takes nothing back. */
export async function setCreditLimit(tx: Tx, { countyId, holderId }: Of, creditLimitFen: number): Promise<void> {
  await tx
    .updateTable('seller')
    .set({ creditLimitFen })
    .where('countyId', '=', countyId)
    .where('holderId', '=', holderId)
    .execute()
}

/** 停购 and its end; a purchase comes wholly before it or is refused. */
export async function stopPurchases(tx: Tx, { countyId, holderId }: Of, since: Date | null): Promise<void> {
  await tx
    .updateTable('seller')
    .set({ purchaseStoppedAt: since === null ? null : sql<Date>`coalesce(purchase_stopped_at, ${since}::timestamptz)` })
    .where('countyId', '=', countyId)
    .where('holderId', '=', holderId)
    .execute()
}

export const sellerRow = z.object({
  holderId: z.int(),
  code: z.string(),
  name: z.string(),
  kind: z.enum(['seller', 'hall']),
  stationId: z.int(),
  stationName: z.string(),
  /** Middle hidden. */
  phone: z.string().nullable(),
  disabled: z.boolean(),
  /** 停购 since. */
  purchaseStoppedAt: instant.nullable(),
  creditLimitFen: z.int(),
  owedFen: z.int(),
  paidFen: z.int(),
  /** Cards in hand that are not used, by face value. */
  onHand: z.array(z.object({ faceValueFen: z.int(), quantity: z.int() })),
})

export interface SellerFilter {
  holderId?: number | undefined
  stationId?: number | undefined
  kind?: 'seller' | 'hall' | undefined
  /** Part of the name, or of the code. */
  search?: string | undefined
  stopped?: boolean | undefined
  owing?: boolean | undefined
  afterId?: number | undefined
  limit: number
}

/** Sellers and halls that the actor may see, with their cards and money, in the order they were entered. */
export async function readSellers(tx: Tx, actor: Actor, filter: SellerFilter): Promise<z.input<typeof sellerRow>[]> {
  const { holderId = null, stationId = null, kind = null, search = null, stopped = null, owing = null } = filter
  const { rows } = await sql<z.input<typeof sellerRow>>`
    select h.holder_id, h.code, h.name, h.kind, h.parent_id as station_id, p.name as station_name, h.phone,
      h.disabled_at is not null as disabled, s.purchase_stopped_at, s.credit_limit_fen, s.owed_fen, s.paid_fen,
      coalesce((
        select jsonb_agg(jsonb_build_object('faceValueFen', b.face_value_fen, 'quantity', b.quantity) order by b.face_value_fen)
        from balance_now b where b.county_id = h.county_id and b.holder_id = h.holder_id and b.state = 'seller' and b.quantity > 0), '[]') as on_hand
    from holder h
    join seller s on s.county_id = h.county_id and s.holder_id = h.holder_id
    join holder p on p.county_id = h.county_id and p.holder_id = h.parent_id
    where h.county_id = ${actor.countyId} and ${visibleHolders(actor)}
      and (${holderId}::int is null or h.holder_id = ${holderId})
      and (${stationId}::int is null or h.parent_id = ${stationId})
      and (${kind}::text is null or h.kind = ${kind})
      and (${search}::text is null or strpos(h.name, ${search}) > 0 or strpos(h.code, ${search}) > 0)
      and (${stopped}::boolean is null or (s.purchase_stopped_at is not null) = ${stopped})
      and (${owing}::boolean is null or (s.owed_fen > 0) = ${owing})
      and h.holder_id > ${filter.afterId ?? 0}
    order by h.holder_id limit ${filter.limit}`.execute(tx)
  return rows.map(row => ({ ...row, phone: row.phone === null ? null : maskMiddle(row.phone) }))
}
