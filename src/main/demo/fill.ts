// Fills the demonstration once, county by county: places and people, half a year of history, and what is still to do.

import { sql } from 'kysely'
import type { Services } from '../../domain/services.ts'
import type { Execute } from '../../kernel/execute.ts'
import { hashPassword } from '../../kernel/session.ts'
import type { MisAdmin } from '../../mis/simulator/admin-client.ts'
import type { Platform } from '../platform.ts'
import { tellBilling } from './billing-history.ts'
import { demoCounties, demoPassword } from './facts.ts'
import { beginningOf, writeHistory } from './history.ts'
import { demoManufacturer } from './manufacturer.ts'
import { openWork } from './open-work.ts'
import { peopleOf } from './people.ts'
import { factsOf, placesAndPeople, viewerOf } from './places.ts'
import { planCounty } from './plan.ts'

export interface FillSettings extends Pick<Platform, 'db' | 'pool' | 'secrets'> {
  execute: Execute
  services: Pick<Services, 'pins' | 'node' | 'files'>
  /** The reference billing system; null where it is another one, which has no such history. */
  billing: Pick<MisAdmin, 'bookHistory'> | null
  nowMs: number
}

export async function isFilled({ db }: Pick<Platform, 'db'>): Promise<boolean> {
  const filled = await db.selectFrom('installation').select('value').where('name', '=', 'filled').executeTakeFirst()
  return filled?.value === 'yes'
}

/** Fills what is not there yet; a fill that was cut off goes on where it was. */
export async function fillDemonstration(settings: FillSettings): Promise<void> {
  const { db, pool, secrets, execute, services, billing } = settings
  const passwordHash = await hashPassword(demoPassword)
  for (const county of demoCounties) {
    await placesAndPeople(db, county, passwordHash)
    const people = await peopleOf(db, execute, county)
    const maker = await demoManufacturer(secrets, people)
    const from = await beginningOf(db, county.countyId, settings.nowMs)
    const facts = await factsOf(db, county, maker.manufacturerId, from.nowMs)
    const plan = planCounty(facts, from.nowMs, from)
    await Promise.all([writeHistory({ db, pool, ...services }, plan), billing && tellBilling(billing, plan)])
    await openWork({ db, services, people, maker, facts, nowMs: from.nowMs })
  }
  await viewerOf(db, passwordHash)
  // Without it the first reports would be planned as if everything were empty.
  await sql`analyze`.execute(db)
  await db
    .insertInto('installation')
    .values({ name: 'filled', value: 'yes' })
    .onConflict(conflict => conflict.column('name').doUpdateSet({ value: 'yes' }))
    .execute()
}
