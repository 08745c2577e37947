// Cities and provinces (上级单位): which counties lie under which, and so what a region viewer sees.

import { type Kysely, sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import type { DB } from '../kernel/db-types.ts'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'

/** A city under a province is the deepest there is; a longer chain is damage. */
const mostLevels = 4

export interface ReachedCounty {
  countyId: number
  name: string
  nameEn: string
}

/** The counties under the region of a viewer, by their ids. */
export async function countiesInReach(db: Kysely<DB>, actor: Actor): Promise<ReachedCounty[]> {
  const { rows } = await sql<ReachedCounty>`
    with recursive reached as (
      select o.region_id, 1 as level from operator o
      where o.county_id = 0 and o.operator_id = ${actor.operatorId} and o.region_id is not null
      union all
      select r.region_id, level + 1 from region r join reached on r.parent_id = reached.region_id where level < ${mostLevels}
    )
    select c.county_id, c.name, c.name_en from county c
    where c.region_id in (select region_id from reached) order by c.county_id`.execute(db)
  return rows
}

export async function isInReach(db: Kysely<DB>, actor: Actor, countyId: number): Promise<boolean> {
  return (await countiesInReach(db, actor)).some(county => county.countyId === countyId)
}

export interface NewRegion {
  kind: 'province' | 'city'
  code: string
  name: string
  nameEn: string
  parentId: number | null
}

/** A province stands alone; a city may lie under a province. */
export async function createRegion(tx: Tx, region: NewRegion): Promise<number> {
  const taken = await tx.selectFrom('region').select('regionId').where('code', '=', region.code).executeTakeFirst()
  if (taken) refuse('codeTaken', { code: region.code })
  if (region.parentId !== null) {
    const above = await tx
      .selectFrom('region')
      .select('kind')
      .where('regionId', '=', region.parentId)
      .executeTakeFirst()
    if (above?.kind !== 'province' || region.kind === 'province') refuse('regionNotFound')
  }
  const { regionId } = await tx.insertInto('region').values(region).returning('regionId').executeTakeFirstOrThrow()
  return regionId
}

export async function assignCounty(tx: Tx, countyId: number, regionId: number | null): Promise<void> {
  if (regionId !== null) {
    const region = await tx.selectFrom('region').select('regionId').where('regionId', '=', regionId).executeTakeFirst()
    if (!region) refuse('regionNotFound')
  }
  const { numUpdatedRows } = await tx
    .updateTable('county')
    .set({ regionId })
    .where('countyId', '=', countyId)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) refuse('countyNotFound', { countyId })
}
