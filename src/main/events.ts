// Tells browsers that calls or recharges of their county changed, whatever node they changed on: asked of the database once
// a second and only while somebody listens. (NOTIFY would do it too, but puts every commit that notifies in a queue.)

import { sql } from 'kysely'
import type { CallEvents } from '../http/events.ts'
import type { Platform } from './platform.ts'
import { every } from './timer.ts'

type Listener = Parameters<CallEvents['listen']>[1]

interface Change {
  topic: string
  id: string
  latest: string
}

const lookEveryMs = 1_000
/** Longer than a look may be late. */
const lookBack = '10 seconds'
/** What was told is forgotten then, and told once more at the worst. */
const mostSeen = 10_000

export function listenForEvents({ db, log }: Platform): CallEvents & { stop(): Promise<void> } {
  const listeners = new Map<number, Set<Listener>>()
  const seen = new Set<string>()

  async function look(): Promise<void> {
    for (const [countyId, set] of listeners) {
      if (set.size === 0) continue
      const { rows } = await sql<Change>`
        select 'recharge' as topic, '' as id, coalesce(max(at)::text, '') as latest from recharge_event
          where county_id = ${countyId} and at > now() - ${lookBack}::interval
        union all
        select 'call', call_id, max(at)::text from call_step where county_id = ${countyId} and at > now() - ${lookBack}::interval group by 2
        union all
        select 'call', call_id, 'begun' || coalesce(ended_at::text, '') from call
          where county_id = ${countyId} and greatest(started_at, ended_at) > now() - ${lookBack}::interval`.execute(db)
      for (const { topic, id, latest } of rows) {
        const key = `${countyId} ${topic} ${id} ${latest}`
        if (!seen.has(key)) for (const listener of set) listener({ topic, id })
        seen.add(key)
      }
      if (seen.size > mostSeen) seen.clear()
    }
  }

  const clock = every(lookEveryMs, look, log)
  return {
    listen(countyId, listener) {
      const set = listeners.get(countyId) ?? new Set()
      set.add(listener)
      listeners.set(countyId, set)
      return () => set.delete(listener)
    },
    stop: () => clock.stop(),
  }
}
