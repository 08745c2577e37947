// What changes of counties and places that are there: names, numbers, telephones, and whether a place is open.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { refuse } from '../kernel/refusal.ts'
import { documentKinds, endStates } from './document-life.ts'

/** A called number belongs to one county. */
export async function requireFreeNumber(tx: Tx, countyId: number, hotlineNumber: string | null): Promise<void> {
  const other = await tx
    .selectFrom('county')
    .select('countyId')
    .where('hotlineNumber', '=', hotlineNumber)
    .where('countyId', '!=', countyId)
    .executeTakeFirst()
  if (other) refuse('codeTaken', { code: hotlineNumber ?? '' })
}

export interface CountyChange {
  name?: string | undefined
  nameEn?: string | undefined
  hotlineNumber?: string | null | undefined
  misUrl?: string | null | undefined
}

export async function changeCounty(tx: Tx, countyId: number, { misUrl, ...change }: CountyChange): Promise<void> {
  const county = await tx
    .selectFrom('county')
    .selectAll()
    .where('countyId', '=', countyId)
    .forUpdate()
    .executeTakeFirst()
  if (!county) return refuse('countyNotFound', { countyId })
  if (change.hotlineNumber !== undefined) await requireFreeNumber(tx, countyId, change.hotlineNumber)
  const { name = county.name, nameEn = county.nameEn, hotlineNumber = county.hotlineNumber } = change
  await tx.updateTable('county').set({ name, nameEn, hotlineNumber }).where('countyId', '=', countyId).execute()
  await tx
    .updateTable('holder')
    .set({ name, nameEn })
    .where('countyId', '=', countyId)
    .where('kind', '=', 'county')
    .execute()
  if (misUrl === undefined) return
  await tx.deleteFrom('misConnection').where('countyId', '=', countyId).execute()
  if (misUrl !== null) await tx.insertInto('misConnection').values({ countyId, url: misUrl }).execute()
}

export interface PlaceChange {
  name?: string | undefined
  nameEn?: string | undefined
  phone?: string | null | undefined
  disabled?: boolean | undefined
}

export async function changePlace(tx: Tx, countyId: number, holderId: number, change: PlaceChange): Promise<void> {
  const place = await tx
    .selectFrom('holder')
    .selectAll()
    .where('countyId', '=', countyId)
    .where('holderId', '=', holderId)
    .where('kind', 'in', ['station', 'seller', 'hall'])
    .forUpdate()
    .executeTakeFirst()
  if (!place) return refuse('placeNotFound')
  const { name = place.name, nameEn = place.nameEn, phone = place.phone, disabled = place.disabledAt !== null } = change
  if (disabled && place.disabledAt === null && place.kind === 'station') await requireEmpty(tx, countyId, holderId)
  await tx
    .updateTable('holder')
    .set({ name, nameEn, phone, disabledAt: disabled ? sql<Date>`coalesce(disabled_at, now())` : null })
    .where('countyId', '=', countyId)
    .where('holderId', '=', holderId)
    .execute()
}

/** A station closes only when it and its sellers hold no card, nothing is on the road to it, and no document is open. */
async function requireEmpty(tx: Tx, countyId: number, holderId: number): Promise<void> {
  const ended = documentKinds.map(kind => ({ kind, states: endStates(kind) }))
  const { rows } = await sql<{ cards: number; documents: number }>`
    with place as (
      select holder_id from holder where county_id = ${countyId} and (holder_id = ${holderId} or parent_id = ${holderId})
    )
    select
      (select coalesce(sum(quantity), 0)::int from balance_now
        where county_id = ${countyId} and state in ('station', 'seller') and holder_id in (select holder_id from place)) as cards,
      (select count(*)::int from document d
        where d.county_id = ${countyId} and d.holder_id in (select holder_id from place) and not exists (
          select from jsonb_to_recordset(${JSON.stringify(ended)}::jsonb) as e(kind text, states jsonb)
          where e.kind = d.kind and e.states ? d.state)) as documents`.execute(tx)
  const { cards = 0, documents = 0 } = rows[0] ?? {}
  if (cards > 0 || documents > 0) refuse('placeNotEmpty', { cards, documents })
}
