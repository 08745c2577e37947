// Where random lives of cards are lived: a database, one county for each, and the ways a step can go or break off.

import { sql } from 'kysely'
import { expect } from 'vitest'
import { type Database, openDatabase, type Tx } from '../../src/kernel/db.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import type { CardModel } from './card-model.ts'
import type { Plan } from './card-plans.ts'
import { createTestDatabase } from './database.ts'
import { agree, type County, newCounty } from './model-county.ts'

/** How often a property is tried: FC_RUNS asks for longer runs than a test's own. */
export function runsOf(byDefault: number): number {
  return Number(process.env.FC_RUNS ?? byDefault)
}

export interface Lives {
  db: Database
  newCounty(): Promise<County>
  /** Does a step in the database and in the model; both must say the same of it. */
  take(county: County, plan: Plan): Promise<void>
  /** Dies before the commit: nothing of it may stay. */
  takeAndDie(plan: Plan): Promise<void>
  /** Cuts the connection some milliseconds after the step began: afterwards it is done or nothing of it is. */
  takeAndCut(county: County, plan: Plan, afterMs: number): Promise<'done' | 'nothing'>
  /** Does them all at once; what came of it must be what one after the other gives, in some order. */
  takeAtOnce(county: County, plans: readonly Plan[]): Promise<boolean[]>
  close(): Promise<void>
}

class Died extends Error {}

export async function openLives(): Promise<Lives> {
  const database = await createTestDatabase()
  const open = () => openDatabase({ url: database.url, poolSize: 8, statementTimeoutMs: 60_000, onIdleError: () => {} })
  const opened = open()
  const { db } = opened
  const inTx = <T>(work: (tx: Tx) => Promise<T>) => db.transaction().execute(work)
  let nextCounty = 1

  async function takeAndCut(county: County, plan: Plan, afterMs: number) {
    let cut: Promise<unknown> = Promise.resolve()
    // Connections of its own: where the cut comes too late, it must not meet the next step.
    const own = open()
    const work = own.db.transaction().execute(async tx => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
      cut = new Promise(resolve => setTimeout(resolve, afterMs)).then(() =>
        sql`select pg_terminate_backend(${rows[0]?.pid ?? 0})`.execute(db),
      )
      return plan.run(tx)
    })
    const finished = await work.catch(error =>
      error instanceof Refusal || isClaimed(error) || isCut(error) ? false : Promise.reject(error),
    )
    await cut
    await own.close()
    const before = county.model
    const after = before.copy()
    const possible = plan.predict(after)
    county.model = after
    const happened = possible && (finished || (await agrees(db, county)))
    if (!happened) county.model = before
    else plan.keep?.()
    return happened ? ('done' as const) : ('nothing' as const)
  }

  return {
    db,
    takeAndCut,
    newCounty: () => inTx(tx => newCounty(tx, nextCounty++)),
    async take(county, plan) {
      const done = await tried(inTx, plan)
      expect({ step: plan.name, done }).toEqual({ step: plan.name, done: plan.predict(county.model) })
      if (done) plan.keep?.()
    },
    async takeAndDie(plan) {
      const dies = inTx(async tx => {
        await plan.run(tx)
        throw new Died()
      })
      await dies.catch(error =>
        error instanceof Died || error instanceof Refusal || isClaimed(error) ? undefined : Promise.reject(error),
      )
    },
    async takeAtOnce(county, plans) {
      const outcomes = await Promise.all(plans.map(plan => tried(inTx, plan)))
      county.model = await inSomeOrder(db, county, plans, outcomes)
      for (const [place, plan] of plans.entries()) if (outcomes[place]) plan.keep?.()
      return outcomes
    },
    async close() {
      await opened.close()
      await database.drop()
    },
  }
}

/** False where it was refused, or a constraint kept two documents from one card. Anything else is a bug, a deadlock too. */
async function tried(inTx: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>, plan: Plan): Promise<boolean> {
  try {
    return await inTx(plan.run)
  } catch (error) {
    if (error instanceof Refusal || isClaimed(error)) return false
    throw error
  }
}

const isClaimed = (error: unknown) =>
  error instanceof Error && 'constraint' in error && ['claims_apart', 'claim_key'].includes(String(error.constraint))

/** What a statement says when its connection is gone, by the server's word or by the network's. */
const isCut = (error: unknown) =>
  error instanceof Error &&
  (/terminated|closed|connection error/i.test(error.message) ||
    ('code' in error && ['57P01', 'ECONNRESET', 'EPIPE'].includes(String(error.code))))

/** The model after the one order in which each step has the outcome it had and the database stands as it does. */
async function inSomeOrder(
  db: Database,
  county: County,
  plans: readonly Plan[],
  outcomes: readonly boolean[],
): Promise<CardModel> {
  const places = plans.map((_plan, place) => place)
  for (const order of permutations(places)) {
    const model = county.model.copy()
    const fits = order.every(place => plans[place]?.predict(model) === outcomes[place])
    if (fits && (await agrees(db, { ...county, model }))) return model
  }
  const told = plans.map(({ name }, place) => `${name} ${outcomes[place] ? 'done' : 'refused'}`)
  throw new Error(`no order of these gives what the database holds: ${told.join(', ')}`)
}

function permutations(places: readonly number[]): number[][] {
  if (places.length <= 1) return [[...places]]
  return places.flatMap(first => permutations(places.filter(place => place !== first)).map(rest => [first, ...rest]))
}

async function agrees(db: Database, county: County): Promise<boolean> {
  try {
    await agree(db, county)
    return true
  } catch {
    return false
  }
}
