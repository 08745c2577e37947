// Cities and provinces (上级单位): which counties lie under which, and so what a region viewer sees.

import { type Kysely, sql } from 'kysely'
import type { DB } from '../kernel/db-types.ts'
import type { Actor } from '../kernel/operation.ts'

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
