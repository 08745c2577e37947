// The people of a demonstration county, each calling the operations as if signed in.

import { type Client, createClient } from '../../kernel/client.ts'
import type { Database } from '../../kernel/db.ts'
import type { Execute } from '../../kernel/execute.ts'
import type { AppRegistry } from '../../registry.ts'
import type { DemoCounty } from './facts.ts'

export interface People {
  /** By the part of a sign-in name after the dot. */
  as(suffix: string): Client<AppRegistry>
}

export async function peopleOf(db: Database, execute: Execute, county: DemoCounty): Promise<People> {
  const rows = await db.selectFrom('operator').selectAll().where('countyId', '=', county.countyId).execute()
  const clients = new Map(
    rows.map(({ signInName, countyId, operatorId, role, holderId, staffNo, name }) => {
      const actor = { countyId, operatorId, role, holderId, staffNo, name, sessionHash: null }
      const client = createClient<AppRegistry>((operation, input) => execute({ name: operation, input, actor }))
      return [signInName.split('.')[1] ?? '', client]
    }),
  )
  return {
    as(suffix) {
      const client = clients.get(suffix)
      if (!client) throw new Error(`the demonstration has a ${suffix}`)
      return client
    },
  }
}
