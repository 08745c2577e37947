// The planned history of a county on its way into the database: one transaction, and the ids that come after it.

import { sql } from 'kysely'
import type pg from 'pg'
import { z } from 'zod'
import type { PinVault } from '../../domain/pin.ts'
import type { Database } from '../../kernel/db.ts'
import type { Plan } from './plan.ts'
import { writePlan } from './write.ts'

export interface HistorySettings {
  db: Database
  pool: pg.Pool
  pins: PinVault
  node: string
}

const beginning = z.object({ nowMs: z.number(), documentId: z.int(), rechargeId: z.int() })
export type Beginning = z.output<typeof beginning>

/** When a county's history ends and from where its ids go on: decided once and kept, so that a fill that was cut off
 * goes on with the same history. */
export async function beginningOf(db: Database, countyId: number, nowMs: number): Promise<Beginning> {
  const name = `demonstration ${countyId}`
  const { rows } = await sql<{ documentId: number; rechargeId: number }>`
    select nextval(pg_get_serial_sequence('document', 'document_id'))::int as document_id,
      nextval('transaction_sequence')::int as recharge_id`.execute(db)
  await db
    .insertInto('installation')
    .values({ name, value: JSON.stringify({ nowMs, ...rows[0] }) })
    .onConflict(conflict => conflict.doNothing())
    .execute()
  const { value } = await db
    .selectFrom('installation')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  return beginning.parse(JSON.parse(value))
}

/** Writes a county's history unless it is there. */
export async function writeHistory(settings: HistorySettings, plan: Plan): Promise<void> {
  const client = await settings.pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const { rows } = await client.query('select from batch where county_id = $1 limit 1', [plan.setting.countyId])
    if (rows.length === 0) {
      await writePlan({ ...settings, client }, plan)
      await idsGoOn(client, plan)
    }
    await client.query('commit')
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error))
    throw error
  } finally {
    client.release(broken)
  }
}

/** What comes next is numbered after the history. */
async function idsGoOn(client: pg.ClientBase, { documents, recharges }: Plan): Promise<void> {
  const [document, recharge] = [documents.at(-1)?.documentId ?? 0, recharges.at(-1)?.rechargeId ?? 0]
  await client.query(`select setval(pg_get_serial_sequence('document', 'document_id'), $1)`, [document])
  await client.query(`select setval('transaction_sequence', $1)`, [recharge])
}
