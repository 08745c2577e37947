// A county and its places as they come into being: every county has one customer, account and custody holder.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { refuse } from '../kernel/refusal.ts'
import type { HolderKind } from './card.ts'
import { requireFreeNumber } from './county-change.ts'
import type { OperatorRole } from './roles.ts'

export interface NewCounty {
  /** The first three digits of its serials. */
  countyId: number
  code: string
  name: string
  nameEn: string
  hotlineNumber: string | null
}

/** Writes a county with the four holders that every county has once. */
export async function createCounty(tx: Tx, county: NewCounty): Promise<void> {
  const taken = await tx
    .selectFrom('county')
    .select(['countyId', 'code'])
    .where(eb => eb.or([eb('countyId', '=', county.countyId), eb('code', '=', county.code)]))
    .executeTakeFirst()
  if (taken) refuse('codeTaken', { code: taken.code === county.code ? county.code : county.countyId })
  await requireFreeNumber(tx, county.countyId, county.hotlineNumber)
  await tx.insertInto('county').values(county).execute()
  await tx
    .insertInto('holder')
    .values(
      [
        { kind: 'county', code: 'county', name: county.name, nameEn: county.nameEn },
        { kind: 'customer', code: 'customer', name: '客户', nameEn: 'Customers' },
        { kind: 'account', code: 'account', name: '电费账户', nameEn: 'Accounts recharged' },
        { kind: 'custody', code: 'custody', name: '废卡保管', nameEn: 'Custody register' },
      ].map(holder => ({ countyId: county.countyId, ...holder })),
    )
    .execute()
}

export interface NewPlace {
  countyId: number
  kind: Extract<HolderKind, 'station' | 'seller' | 'hall'>
  code: string
  name: string
  nameEn?: string
  /** The station a seller or hall belongs to. */
  parentId: number | null
  phone?: string
}

export async function createPlace(tx: Tx, place: NewPlace): Promise<number> {
  await requireParent(tx, place)
  const taken = await tx
    .selectFrom('holder')
    .select('holderId')
    .where('countyId', '=', place.countyId)
    .where('code', '=', place.code)
    .executeTakeFirst()
  if (taken) refuse('codeTaken', { code: place.code })
  const row = await tx
    .insertInto('holder')
    .values({ ...place, nameEn: place.nameEn ?? '', phone: place.phone ?? null })
    .returning('holderId')
    .executeTakeFirstOrThrow()
  return row.holderId
}

/** A seller or hall belongs to a station of its county; a county has to be there. */
async function requireParent(tx: Tx, { countyId, parentId }: NewPlace): Promise<void> {
  const above = await tx
    .selectFrom('holder')
    .select('holderId')
    .where('countyId', '=', countyId)
    .$if(parentId === null, q => q.where('kind', '=', 'county'))
    .$if(parentId !== null, q => q.where('kind', '=', 'station').where('holderId', '=', parentId ?? 0))
    .executeTakeFirst()
  if (!above) refuse('placeNotFound')
}

export interface NewOperator {
  countyId: number
  signInName: string
  staffNo: string
  name: string
  role: OperatorRole
  holderId: number | null
  /** Made by hashPassword. */
  passwordHash: string
  /** Whoever gave it knows it: its owner chooses another at the first sign-in. */
  mustChangePassword?: boolean
  /** What a region viewer looks over. */
  regionId?: number | null
}

export async function createOperator(tx: Tx, operator: NewOperator): Promise<number> {
  const taken = await tx
    .selectFrom('operator')
    .select('operatorId')
    .where(sql<string>`lower(sign_in_name)`, '=', operator.signInName.toLowerCase())
    .executeTakeFirst()
  if (taken) refuse('signInNameTaken', { name: operator.signInName })
  const created = await tx.insertInto('operator').values(operator).returning('operatorId').executeTakeFirstOrThrow()
  return created.operatorId
}

/** A single holder of a county: `county`, `customer`, `account` or `custody`. */
export async function singleHolder(
  tx: Tx,
  countyId: number,
  kind: 'county' | 'customer' | 'account' | 'custody',
): Promise<number> {
  const row = await tx
    .selectFrom('holder')
    .select('holderId')
    .where('countyId', '=', countyId)
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow()
  return row.holderId
}
