// The faults now ordered, and which of them strike a message.

import { z } from 'zod'
import type { MisClock } from './clock.ts'
import { type FaultOrder, type FaultPlan, faultOrder, faultPlan } from './fault-kinds.ts'
import { createRandom } from './random.ts'

export interface FaultMessage {
  profile: string
  op: string
  accountNo: string | undefined
  serial: string | undefined
}

export interface StandingFault {
  id: string
  name: FaultOrder['name']
  params: Record<string, unknown>
  match: FaultOrder['match']
  times: number
  probability: number
  /** How many messages matched, and how often it may still strike. */
  seen: number
  left: number
}

export interface Faults {
  add(order: FaultOrder): string
  list(): StandingFault[]
  remove(id: string): boolean
  clear(): void
  /** Everything that strikes this message, and the names for the log. */
  take(message: FaultMessage): { plan: FaultPlan; names: string }
  /** For a restart. */
  save(): unknown
  load(saved: unknown): void
}

const mostFaults = 1_000
const saved = z.object({
  random: z.number(),
  next: z.number(),
  standing: z.array(
    z.object({ order: z.unknown(), id: z.string(), seen: z.number(), left: z.number(), sinceMs: z.number() }),
  ),
})

interface Standing {
  order: FaultOrder
  id: string
  seen: number
  left: number
  sinceMs: number
}

export function createFaults(clock: MisClock, seed: number): Faults {
  let random = createRandom(seed)
  let standing: Standing[] = []
  let nextId = 1

  const strikes = (one: Standing, message: FaultMessage) => {
    const { match, probability, plan } = one.order
    const fits =
      (match.profile ?? message.profile) === message.profile &&
      (match.op ?? message.op) === message.op &&
      (match.accountNo === undefined || match.accountNo === message.accountNo) &&
      (match.serial === undefined || match.serial === message.serial)
    if (!fits) return false
    one.seen += 1
    const lastsMs = plan.queryDown?.ms
    if (lastsMs !== undefined && clock.now() >= one.sinceMs + lastsMs) return false
    if (one.left < 1 || one.seen < (match.nth ?? 1) || random.next() >= probability) return false
    // Those that last for a time are not used up by being seen.
    if (lastsMs === undefined && !plan.queryLies) one.left -= 1
    return true
  }

  return {
    add(order) {
      standing = standing.filter(one => one.left > 0)
      if (standing.length >= mostFaults) throw new RangeError(`more than ${mostFaults} faults`)
      const id = order.id ?? `f${nextId++}`
      standing = [
        ...standing.filter(one => one.id !== id),
        { order, id, seen: 0, left: order.times, sinceMs: clock.now() },
      ]
      return id
    },
    list: () =>
      standing.map(({ order: { name, params, match, times, probability }, id, seen, left }) => {
        return { id, name, params, match, times, probability, seen, left }
      }),
    remove(id) {
      const before = standing.length
      standing = standing.filter(one => one.id !== id)
      return standing.length < before
    },
    clear() {
      standing = []
    },
    take(message) {
      const struck = standing.filter(one => strikes(one, message))
      const plan = faultPlan.parse(Object.assign({}, ...struck.map(one => one.order.plan)))
      return { plan, names: struck.map(one => one.order.name).join(',') }
    },
    save: () => ({ random: random.state(), next: nextId, standing }),
    load(value) {
      const state = saved.safeParse(value)
      if (!state.success) return
      random = createRandom(state.data.random)
      nextId = state.data.next
      standing = state.data.standing.flatMap(one => {
        const order = faultOrder.safeParse(one.order)
        return order.success ? [{ ...one, order: order.data }] : []
      })
    },
  }
}
